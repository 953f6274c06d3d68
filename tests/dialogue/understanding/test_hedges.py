from __future__ import annotations

import pytest

from voicebot.dialogue.understanding.hedges import hedged


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", text) for text in ("yes if I get paid", "maybe yes", "Yes, but I can\u2019t promise")),
        *(
            ("es", text)
            for text in ("s\u00ed, si me pagan", "creo que s\u00ed", "s\u00ed, pero no lo prometo")
        ),
    ],
)
def test_a_yes_may_hang_on_something(language: str, text: str) -> None:
    assert hedged(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", text) for text in ("yes", "yes, that is right", "sure, go ahead")),
        *(("es", text) for text in ("s\u00ed", "s\u00ed, me parece bien", "s\u00ed, no hay problema")),
    ],
)
def test_a_yes_may_be_one(language: str, text: str) -> None:
    assert not hedged(text, language)
