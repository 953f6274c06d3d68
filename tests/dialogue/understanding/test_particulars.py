"""Times, counts, telephone numbers and names, as callers say them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from voicebot.dialogue.understanding.meaning import Expect, Meaning, Setting
from voicebot.dialogue.understanding.parse import understand

MONDAY = date(2026, 11, 23)
EN, ES = "en", "es"


def heard(text: str, language: str, *expects: Expect, country: str = "US") -> Meaning:
    return understand(text, Setting(language, MONDAY, frozenset(expects), country=country))


@pytest.mark.parametrize(
    ("language", "text", "at"),
    [
        (EN, "after six", time(18)),
        (EN, "5:30 p.m.", time(17, 30)),
        (EN, "half past eight", time(8, 30)),
        (EN, "a quarter to five in the afternoon", time(16, 45)),
        (EN, "at 17:30", time(17, 30)),
        (EN, "nine", time(9)),
        (EN, "at noon", time(12)),
        (EN, "twelve a.m.", time(0)),
        (EN, "in the evening", time(19)),
        (EN, "in the morning, at eleven", time(11)),
        (ES, "a las cinco y media de la tarde", time(17, 30)),
        (ES, "las diez de la mañana", time(10)),
        (ES, "a la una", time(13)),
        (ES, "a las seis menos cuarto", time(17, 45)),
        (ES, "mañana por la tarde", time(15)),
        (ES, "a las 17 horas", time(17)),
        (ES, "a las ocho de la noche", time(20)),
        (EN, "whenever", None),
        (ES, "no sé", None),
    ],
)
def test_time_of_day(language: str, text: str, at: time | None) -> None:
    assert heard(text, language, Expect.TIME).time == at


def test_day_and_time_come_in_one_breath() -> None:
    meaning = heard("call me back tomorrow at five", EN, Expect.DATE, Expect.TIME)
    assert (meaning.date, meaning.time) == (date(2026, 11, 24), time(17))
    meaning = heard("el viernes a las diez de la mañana", ES, Expect.DATE, Expect.TIME)
    assert (meaning.date, meaning.time) == (date(2026, 11, 27), time(10))


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        (EN, "three payments", 3),
        (EN, "in six monthly installments", 6),
        (EN, "6", 6),
        (EN, "just one", 1),
        (EN, "twenty four", 24),
        (EN, "this one is not for me to say", None),
        (EN, "two hundred dollars", None),
        (ES, "en tres cuotas", 3),
        (ES, "en una cuota", 1),
        (ES, "a doce meses", 12),
        (ES, "un poco más tal vez", None),
    ],
)
def test_count(language: str, text: str, number: int | None) -> None:
    assert heard(text, language, Expect.NUMBER).number == number


def test_payments_are_no_money_and_money_is_no_count() -> None:
    meaning = heard("two hundred dollars in three payments", EN, Expect.AMOUNT, Expect.NUMBER)
    assert (meaning.amount, meaning.number) == (Decimal(200), 3)


@pytest.mark.parametrize(
    ("language", "text", "country", "phone"),
    [
        (EN, "two oh two, five five five, oh one four two", "US", "+12025550142"),
        (EN, "it's 202-555-0142", "US", "+12025550142"),
        (EN, "two zero two triple five zero one forty two", "US", "+12025550142"),
        (EN, "plus one 202 555 0142", "CO", "+12025550142"),
        (
            ES,
            "cinco cinco, doce treinta y cuatro, cincuenta y seis siete ocho",
            "MX",
            "+525512345678",
        ),
        (EN, "two oh two", "US", ""),
        (EN, "i have no telephone", "US", ""),
    ],
)
def test_telephone_number(language: str, text: str, country: str, phone: str) -> None:
    assert heard(text, language, Expect.PHONE, country=country).phone == phone


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        (EN, "my name is ana", "Ana"),
        (EN, "hi, this is Ana speaking", "Ana"),
        (EN, "Ana", "Ana"),
        (ES, "me llamo Ana María", "Ana María"),
        (ES, "soy Ana", "Ana"),
        (EN, "yes", ""),
        (EN, "who is this", ""),
        (EN, "{{ balance }}", "Balance"),  # letters alone are left
        (EN, "four three two one 7", ""),
        (EN, "ana ana ana ana ana", ""),
        (ES, "no quiero decirlo", ""),
    ],
)
def test_name_is_of_letters_alone(language: str, text: str, name: str) -> None:
    assert heard(text, language, Expect.NAME).name == name
