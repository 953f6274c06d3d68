from __future__ import annotations

from datetime import date

import pytest

from voicebot.dialogue.understanding.meaning import Expect, Setting
from voicebot.dialogue.understanding.unfinished import may_grow, unfinished


def setting(language: str, *expects: Expect, digits: int = 0) -> Setting:
    return Setting(language, date(2026, 11, 23), frozenset(expects), digits_length=digits)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "um"),
        ("en", "I can pay, uh"),
        ("en", "two hundred and"),
        ("en", "yes but"),
        ("en", "on the"),
        ("es", "este"),
        ("es", "doscientos y"),
        ("es", "ciento"),
        ("es", "treinta y"),
        ("es", "puede ser para el"),
        ("es", "sí, pero"),
    ],
)
def test_more_is_to_come(language: str, text: str) -> None:
    assert unfinished(text, setting(language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "two hundred dollars"),
        ("en", "yes i can"),
        ("en", "i don't know her"),
        ("en", "mm hmm"),
        ("en", "hold on"),
        ("es", "sí"),
        ("es", "si"),
        ("es", "habla con él"),
        ("es", "¿por qué?"),
        ("es", "a la una"),
        ("es", "no puedo"),
        ("es", "cien"),
    ],
)
def test_people_end_so(language: str, text: str) -> None:
    assert not unfinished(text, setting(language))


def test_two_digits_of_four_want_two_more() -> None:
    four = setting("en", Expect.DIGITS, digits=4)
    assert unfinished("four seven", four)
    assert not unfinished("four seven two nine", four)
    assert not unfinished("who is this", four)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "two hundred"),
        ("en", "december twenty"),
        ("es", "doscientos"),
        ("es", "el treinta"),
        ("es", "dos mil"),
    ],
)
def test_a_number_may_grow(language: str, text: str) -> None:
    assert may_grow(text, setting(language, Expect.AMOUNT, Expect.DATE))
    assert not may_grow(text, setting(language, Expect.YES_NO))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "two hundred dollars"),
        ("en", "two hundred fifteen"),
        ("en", "december twentieth"),
        ("en", "$200"),
        ("es", "doscientos pesos"),
        ("es", "el cinco"),
        ("es", "el viernes"),
    ],
)
def test_a_number_is_closed(language: str, text: str) -> None:
    assert not may_grow(text, setting(language, Expect.AMOUNT, Expect.DATE))


def test_any_number_of_digits_may_be_all() -> None:
    assert not unfinished("four seven", setting("en", Expect.DIGITS))
