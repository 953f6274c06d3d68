"""Numbers, money, dates, times and digits as people say them. Pure.

Spoken English is American and goes without "and" inside a number and without hyphens ("two hundred
twenty one"), so that the words are those a recogniser's grammar lists. Spoken Spanish is Latin American.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from babel import Locale
from num2words import num2words

from voicebot.errors import VoicebotError

CENTS_PER_UNIT = 100
YEAR_GOES_WITHOUT_SAYING = 183
"""Days within which a date of another calendar year is understood without its year."""


class UnspeakableError(VoicebotError, ValueError):
    """A value that has no words here: an unknown currency or language, or money finer than its coins."""


class CurrencyWords(NamedTuple):
    """What people call a currency; no ``cents`` where no such coins exist."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True, slots=True)
class _Tongue:
    """How one language speaks of days and money."""

    locale: Locale
    currencies: Mapping[str, CurrencyWords]
    digits: tuple[str, ...]
    and_cents: str
    """Joins whole units and cents."""
    plus: str
    """In front of a country code."""
    yes_no: Mapping[str, str]


_ENGLISH = _Tongue(
    locale=Locale("en", "US"),
    currencies={
        "ARS": CurrencyWords("peso", "pesos", "centavo", "centavos"),
        "CLP": CurrencyWords("peso", "pesos"),
        "COP": CurrencyWords("peso", "pesos", "centavo", "centavos"),
        "EUR": CurrencyWords("euro", "euros", "cent", "cents"),
        "MXN": CurrencyWords("peso", "pesos", "centavo", "centavos"),
        "PEN": CurrencyWords("sol", "soles", "centimo", "centimos"),
        "USD": CurrencyWords("dollar", "dollars", "cent", "cents"),
    },
    digits=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    and_cents="and",
    plus="plus",
    yes_no={"yes": "yes", "no": "no"},
)
_SPANISH = _Tongue(
    locale=Locale("es", "419"),
    currencies={
        "ARS": CurrencyWords("peso", "pesos", "centavo", "centavos"),
        "CLP": CurrencyWords("peso", "pesos"),
        "COP": CurrencyWords("peso", "pesos", "centavo", "centavos"),
        "EUR": CurrencyWords("euro", "euros", "céntimo", "céntimos"),
        "MXN": CurrencyWords("peso", "pesos", "centavo", "centavos"),
        "PEN": CurrencyWords("sol", "soles", "céntimo", "céntimos"),
        "USD": CurrencyWords("dólar", "dólares", "centavo", "centavos"),
    },
    digits=("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    and_cents="con",
    plus="más",
    yes_no={"yes": "sí", "no": "no"},
)
_TONGUES = {"en": _ENGLISH, "es": _SPANISH}

CURRENCIES = frozenset(_ENGLISH.currencies)
"""ISO 4217 codes of the money that can be said, the same in every language."""


@lru_cache(maxsize=1024)
def say_money(amount: Decimal, currency: str, language: str) -> str:
    """Say an amount as a person at a till would: ``two hundred fifteen dollars and fifty cents``.

    Raises:
        UnspeakableError: the currency or language is unknown, the amount is negative, or it is finer than the
            currency's coins (rounding would promise another amount than the one on record).
    """
    words = _currency_words(currency, language)
    units, cents = _split(amount, currency, has_cents=bool(words.cents))
    parts = []
    if units or not cents:
        parts.append(_count(units, words.one, words.many, language))
    if cents:
        parts.append(_count(cents, words.cent, words.cents, language))
    return f" {_tongue(language).and_cents} ".join(parts)


@lru_cache(maxsize=1024)
def say_date(day: date, language: str, today: date | None = None) -> str:
    """Say a day with its weekday: ``Friday, December fourth``, ``viernes cuatro de diciembre``.

    The year is added when ``today`` is known and the day is in another calendar year and half a year away.
    """
    with_year = (
        today is not None and day.year != today.year and abs((day - today).days) > YEAR_GOES_WITHOUT_SAYING
    )
    days, months = _tongue(language).locale.days["format"]["wide"], _tongue(language).locale.months
    weekday, month = days[day.weekday()], months["format"]["wide"][day.month]
    if language == "es":
        spoken = f"{weekday} {_spanish_day(day.day)} de {month}"
        return f"{spoken} de {say_number(day.year, language)}" if with_year else spoken
    spoken = f"{weekday}, {month} {_plain(num2words(day.day, to='ordinal', lang='en'))}"
    return f"{spoken}, {_plain(num2words(day.year, to='year', lang='en'))}" if with_year else spoken


def say_time(moment: time, language: str) -> str:
    """Say a time of day to the minute: ``three thirty p.m.``, ``las tres y media de la tarde``."""
    _tongue(language)
    return _spanish_time(moment) if language == "es" else _english_time(moment)


def say_digits(digits: str, language: str) -> str:
    """Say digits one by one, as account numbers are read out; spaces, dots and hyphens are passed over.

    Raises:
        UnspeakableError: something else than digits is among them.
    """
    bare = re.sub(r"[\s.-]", "", digits)
    if not re.fullmatch(r"[0-9]*", bare):
        raise UnspeakableError(f"{digits!r} is no string of digits: pass the digits alone")
    return " ".join(_tongue(language).digits[int(digit)] for digit in bare)


def say_phone(e164: str, language: str, country: str) -> str:
    """Say a telephone number in its groups, digit by digit; one of another country with its country code.

    Raises:
        UnspeakableError: it is no E.164, such as ``+15551234567``.
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        raise UnspeakableError(f"{e164!r} is no telephone number: write it as +15551234567") from None
    at_home = number.country_code == phonenumbers.country_code_for_region(country)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    groups = re.findall(r"\d+", phonenumbers.format_number(number, style))
    said = ", ".join(say_digits(group, language) for group in groups)
    return said if at_home else f"{_tongue(language).plus} {said}"


def say_yes_no(word: str, language: str) -> str:
    """Say the words yes and no in ``language``.

    Raises:
        UnspeakableError: it is neither.
    """
    try:
        return _tongue(language).yes_no[word]
    except KeyError:
        raise UnspeakableError(f"{word!r} is neither yes nor no") from None


def say_number(number: int, language: str) -> str:
    """Say a whole number: ``one thousand two hundred fifty``, ``veintiún mil uno``."""
    words = num2words(number, lang=_tongue(language).locale.language)
    return _shorten_uno(words, r"(?= (?:mil|mill))") if language == "es" else _plain(words)


def _tongue(language: str) -> _Tongue:
    try:
        return _TONGUES[language]
    except KeyError:
        raise UnspeakableError(
            f"no words for the language {language!r}: use one of {sorted(_TONGUES)}"
        ) from None


def _currency_words(currency: str, language: str) -> CurrencyWords:
    try:
        return _tongue(language).currencies[currency]
    except KeyError:
        raise UnspeakableError(
            f"no words for the currency {currency!r}: use one of {', '.join(sorted(CURRENCIES))}, "
            "or add it to voicebot/tts/spoken.py"
        ) from None


def _split(amount: Decimal, currency: str, *, has_cents: bool) -> tuple[int, int]:
    """Whole units and cents of an amount that its coins can pay exactly."""
    smallest = Decimal(1) / CENTS_PER_UNIT if has_cents else Decimal(1)
    if not amount.is_finite() or amount < 0:
        raise UnspeakableError(f"{amount} {currency} is no amount to pay: give one from zero up")
    if amount % smallest:
        raise UnspeakableError(f"no coins pay {amount} {currency}: round it to {smallest} first")
    units = int(amount)
    return units, int((amount - units) * CENTS_PER_UNIT)


def _count(number: int, one: str, many: str, language: str) -> str:
    """A number and what it counts: ``un dólar``, ``un millón de pesos``."""
    words, noun = say_number(number, language), one if number == 1 else many
    if language == "es":
        noun = f"de {noun}" if words.endswith(("llón", "llones")) else noun
        return _shorten_uno(f"{words} {noun}", f"(?= {noun}$)")
    return f"{words} {noun}"


def _plain(words: str) -> str:
    """American and free of punctuation, from num2words' British."""
    return words.replace(" and ", " ").replace(",", "").replace("-", " ")


def _shorten_uno(words: str, where: str) -> str:
    """Cut ``uno`` to ``un`` in front of what it counts, as num2words omits to do in "veintiuno mil"."""
    return re.sub("uno" + where, "un", words).replace("veintiun ", "veintiún ")


def _spanish_day(day: int) -> str:
    """Spanish dates take plain numbers, save the first of the month."""
    return "primero" if day == 1 else say_number(day, "es")


def _english_time(moment: time) -> str:
    hour = say_number(moment.hour % 12 or 12, "en")
    half = "a.m." if moment.hour < 12 else "p.m."
    if moment.minute == 0:
        return {0: "midnight", 12: "noon"}.get(moment.hour, f"{hour} {half}")
    minute = say_number(moment.minute, "en")
    return f"{hour} {'oh ' if moment.minute < 10 else ''}{minute} {half}"


def _spanish_time(moment: time) -> str:
    hour = moment.hour % 12 or 12
    spoken = "la una" if hour == 1 else f"las {say_number(hour, 'es')}"
    if moment.minute:
        spoken += f" y {({15: 'cuarto', 30: 'media'}).get(moment.minute) or say_number(moment.minute, 'es')}"
    return f"{spoken} {_part_of_day(moment.hour)}"


def _part_of_day(hour: int) -> str:
    if hour == 12:
        return "del día"
    return "de la mañana" if 0 < hour < 12 else "de la tarde" if 12 < hour < 20 else "de la noche"
