from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from voicebot.dialogue.understanding.meaning import Expect, Setting
from voicebot.dialogue.understanding.parse import understand
from voicebot.stt.free_text import invented, plain

WRITTEN = [
    ("Yes.", "yes"),
    (" Yes, that's right!", "yes that's right"),
    ("¿Sí? Sí, señor...", "sí sí señor"),
    ("$250.75 on December 4th.", "$250.75 on december 4th"),
    ("I can pay $1,250, on Friday.", "i can pay $1,250 on friday"),
    ("Pago 250,75 dólares.", "pago 250,75 dólares"),
    ("4-7-2-9.", "4 7 2 9"),
    ("4, 7, 2, 9", "4 7 2 9"),
    ("4,7,2,9", "4 7 2 9"),
    ("It's 47-29.", "it's 47 29"),
    ("Twenty-five", "twenty five"),
    ("12/04", "12/04"),
    ("About 50%.", "about 50%"),
    ("[Music] (laughs) *coughs* ♪♪", ""),
    ("Well — “yes”, I'm Ana…", "well yes i'm ana"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "words"), WRITTEN)
def test_punctuation_goes_and_numbers_stay(written: str, words: str) -> None:
    assert plain(written) == words


@pytest.mark.parametrize(
    ("written", "amount"), [("$1,250.75.", "1250.75"), ("It's $250, okay?", "250"), ("250 dollars", "250")]
)
def test_amounts_are_understood_as_they_are_written(written: str, amount: str) -> None:
    setting = Setting("en", date(2026, 11, 23), frozenset({Expect.AMOUNT}))
    understood = understand(plain(written), setting)
    assert understood.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("yes", 0.4),
        ("no no no no no no", 1.5),
        ("zero zero zero zero", 1.2),
        ("thank you", 0.6),
        ("gracias", 0.6),
        ("i can pay two hundred and fifty dollars on friday the fourth of december", 4.0),
        ("", 1.0),
    ],
)
def test_what_people_say_is_believed(words: str, seconds: float) -> None:
    assert not invented(words, seconds)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("thanks for watching", 1.0),
        ("thank you for watching and see you next time", 2.0),
        ("subtítulos realizados por la comunidad de amara org", 3.0),
        ("gracias por ver el video", 1.5),
        ("na" * 60, 5.0),
        ("i don't know " * 12, 5.0),
        ("i will call my bank tomorrow and then i will tell you what they said", 0.6),
    ],
)
def test_what_subtitles_end_with_and_what_nobody_can_say_so_fast_is_not(words: str, seconds: float) -> None:
    assert invented(words, seconds)


def test_unsure_words_where_probably_nobody_spoke_are_none() -> None:
    assert invented("okay", 1.0, no_speech=0.9, log_probability=-1.5)
    assert not invented("okay", 1.0, no_speech=0.9, log_probability=-0.2)
    assert not invented("okay", 1.0, no_speech=0.2, log_probability=-1.5)
