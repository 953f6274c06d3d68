from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.tts.spoken import (
    CURRENCIES,
    UnspeakableError,
    say_date,
    say_digits,
    say_money,
    say_number,
    say_time,
)

LANGUAGES = st.sampled_from(["en", "es"])
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("amount", "currency", "english", "spanish"),
    [
        ("215", "USD", "two hundred fifteen dollars", "doscientos quince dólares"),
        ("1", "USD", "one dollar", "un dólar"),
        ("21", "USD", "twenty one dollars", "veintiún dólares"),
        ("31", "PEN", "thirty one soles", "treinta y un soles"),
        ("1", "PEN", "one sol", "un sol"),
        ("0", "USD", "zero dollars", "cero dólares"),
        ("0.01", "USD", "one cent", "un centavo"),
        ("0.50", "EUR", "fifty cents", "cincuenta céntimos"),
        (
            "1250.50",
            "USD",
            "one thousand two hundred fifty dollars and fifty cents",
            "mil doscientos cincuenta dólares con cincuenta centavos",
        ),
        (
            "121.21",
            "MXN",
            "one hundred twenty one pesos and twenty one centavos",
            "ciento veintiún pesos con veintiún centavos",
        ),
        ("100", "EUR", "one hundred euros", "cien euros"),
        ("1001", "ARS", "one thousand one pesos", "mil un pesos"),
        ("21000", "CLP", "twenty one thousand pesos", "veintiún mil pesos"),
        ("31101", "COP", "thirty one thousand one hundred one pesos", "treinta y un mil ciento un pesos"),
        ("1000000", "CLP", "one million pesos", "un millón de pesos"),
        ("2000000", "CLP", "two million pesos", "dos millones de pesos"),
        ("2500000", "CLP", "two million five hundred thousand pesos", "dos millones quinientos mil pesos"),
        ("21000001", "CLP", "twenty one million one pesos", "veintiún millones un pesos"),
    ],
)
def test_money_is_said_as_at_a_till(amount: str, currency: str, english: str, spanish: str) -> None:
    assert say_money(Decimal(amount), currency, "en") == english
    assert say_money(Decimal(amount), currency, "es") == spanish


@pytest.mark.parametrize(
    ("amount", "currency", "language", "advice"),
    [
        ("1.5", "CLP", "es", "round it to 1 first"),
        ("1.005", "USD", "en", "round it to 0.01 first"),
        ("-1", "USD", "en", "from zero up"),
        ("NaN", "USD", "en", "from zero up"),
        ("1", "XAU", "en", "use one of ARS"),
        ("1", "USD", "pt", "use one of \\['en', 'es'\\]"),
    ],
)
def test_money_that_has_no_words_is_refused_with_advice(
    amount: str, currency: str, language: str, advice: str
) -> None:
    with pytest.raises(UnspeakableError, match=advice):
        say_money(Decimal(amount), currency, language)


@given(
    cents=st.integers(0, 10**11), currency=st.sampled_from(sorted(CURRENCIES - {"CLP"})), language=LANGUAGES
)
def test_spoken_money_is_words_only(cents: int, currency: str, language: str) -> None:
    spoken = say_money(Decimal(cents) / 100, currency, language)
    assert spoken.replace(" ", "").isalpha()
    assert "  " not in spoken


@given(amounts=st.lists(st.integers(0, 10**9), min_size=2, max_size=2, unique=True), language=LANGUAGES)
def test_two_amounts_never_sound_the_same(amounts: list[int], language: str) -> None:
    one, other = (say_money(Decimal(amount) / 100, "USD", language) for amount in amounts)
    assert one != other


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (date(2026, 12, 4), "Friday, December fourth", "viernes cuatro de diciembre"),
        (date(2026, 12, 1), "Tuesday, December first", "martes primero de diciembre"),
        (date(2026, 12, 23), "Wednesday, December twenty third", "miércoles veintitrés de diciembre"),
        # soon, in the next calendar year
        (date(2027, 1, 15), "Friday, January fifteenth", "viernes quince de enero"),
        # long ago, in this calendar year
        (date(2026, 1, 5), "Monday, January fifth", "lunes cinco de enero"),
        # far away, in another calendar year
        (
            date(2027, 12, 21),
            "Tuesday, December twenty first, twenty twenty seven",
            "martes veintiuno de diciembre de dos mil veintisiete",
        ),
    ],
)
def test_a_day_is_said_with_its_weekday(day: date, english: str, spanish: str) -> None:
    assert say_date(day, "en", TODAY) == english
    assert say_date(day, "es", TODAY) == spanish


def test_without_today_the_year_is_left_out() -> None:
    assert say_date(date(2031, 8, 22), "en") == "Friday, August twenty second"


@given(day=st.dates(), language=LANGUAGES)
def test_spoken_dates_hold_no_figures(day: date, language: str) -> None:
    assert not any(character.isdigit() for character in say_date(day, language, TODAY))


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_spanish_days_are_never_ordinals_save_the_first(day: date) -> None:
    assert ("primero" in say_date(day, "es", TODAY)) == (day.day == 1)
    assert "décimo" not in say_date(day, "es", TODAY)


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (time(0), "midnight", "las doce de la noche"),
        (time(9), "nine a.m.", "las nueve de la mañana"),
        (time(9, 5), "nine oh five a.m.", "las nueve y cinco de la mañana"),
        (time(12), "noon", "las doce del día"),
        (time(13, 15), "one fifteen p.m.", "la una y cuarto de la tarde"),
        (time(15, 30), "three thirty p.m.", "las tres y media de la tarde"),
        (time(20, 47), "eight forty seven p.m.", "las ocho y cuarenta y siete de la noche"),
    ],
)
def test_a_time_of_day_is_said_by_the_clock_face(moment: time, english: str, spanish: str) -> None:
    assert say_time(moment, "en") == english
    assert say_time(moment, "es") == spanish


def test_digits_are_said_one_by_one() -> None:
    assert say_digits("4729", "en") == "four seven two nine"
    assert say_digits("0-12 3.4", "es") == "cero uno dos tres cuatro"


def test_letters_are_no_digits() -> None:
    with pytest.raises(UnspeakableError, match="pass the digits alone"):
        say_digits("12K", "en")


@given(digits=st.text("0123456789", max_size=30), language=LANGUAGES)
def test_every_digit_has_one_word(digits: str, language: str) -> None:
    assert len(say_digits(digits, language).split()) == len(digits)


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [
        (101, "one hundred one", "ciento uno"),
        (21021, "twenty one thousand twenty one", "veintiún mil veintiuno"),
        (1021001, "one million twenty one thousand one", "un millón veintiún mil uno"),
        (-5, "minus five", "menos cinco"),
    ],
)
def test_numbers_stand_alone(number: int, english: str, spanish: str) -> None:
    assert say_number(number, "en") == english
    assert say_number(number, "es") == spanish
