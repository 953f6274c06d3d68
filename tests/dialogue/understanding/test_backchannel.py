from __future__ import annotations

import pytest

from voicebot.dialogue.understanding.backchannel import is_backchannel


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Uh-huh."),
        ("en", "mm hmm, okay"),
        ("en", "hello?"),
        ("es", "sí, sí"),
        ("es", "ajá"),
        ("es", "ya"),
    ],
)
def test_so_people_listen(language: str, text: str) -> None:
    assert is_backchannel(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "no"),
        ("en", "okay but"),
        ("en", "two hundred"),
        ("es", "ya pagué"),
        ("es", "sí, mañana"),
    ],
)
def test_so_people_take_the_turn(language: str, text: str) -> None:
    assert not is_backchannel(text, language)
