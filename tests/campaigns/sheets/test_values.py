from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.sheets.values import (
    Point,
    point_of,
    read_amount,
    read_count,
    read_currency,
    read_share,
    read_yes_no,
)


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "amount"),
    [
        ("1250", "USD", "", "1250.00"),
        ("1250.50", "USD", "", "1250.50"),
        ("1.250,00", "USD", "", "1250.00"),
        ("1,250.00", "USD", "", "1250.00"),
        ("1.250.000", "CLP", "", "1250000"),  # two groups cannot be decimals
        ("1.250", "CLP", ",", "1250"),
        ("1.250", "KWD", ".", "1.250"),
        ("0.25", "USD", "", "0.25"),  # no group begins with a nought
        ("1250.000", "USD", "", "1250.00"),  # no group has four figures in front; noughts add nothing
        ("$ 1,250.00", "MXN", "", "1250.00"),
        ("S/ 100.5", "PEN", "", "100.50"),
        ("1250.00 USD", "USD", "", "1250.00"),
        ("1 250,00", "EUR", "", "1250.00"),
        ("1\u00a0250.00", "USD", "", "1250.00"),
        ("1'250.00", "USD", "", "1250.00"),
        ("1250.00", "CLP", "", "1250"),
    ],
)
def test_an_amount_that_can_be_read_in_one_way_is_read(
    text: str, currency: str, decimal: Point, amount: str
) -> None:
    assert str(read_amount(text, currency, decimal)) == amount


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "told"),
    [
        ("1.250", "USD", "", "may be thousands or may have decimals: declare csv.decimal"),
        ("1,250", "USD", "", "may be thousands or may have decimals: declare csv.decimal"),
        ("100.000", "CLP", "", "may be"),
        ("1250.50", "USD", ",", "is not written with ',' in front of the cents"),
        ("1.250,00", "USD", ".", "is not written with '.' in front of the cents"),
        ("12.505", "USD", ".", "has more decimals than USD has, which is 2"),
        ("1250.50", "CLP", "", "has more decimals than CLP has, which is 0"),
        ("-120.00", "USD", "", "is negative"),
        ("(120.00)", "USD", "", "is negative"),
        ("€ 100.00", "USD", "", "is no amount of USD"),
        ("R$ 100,00", "USD", "", "is no amount of USD"),
        ("1.25E+05", "USD", "", "is written as a spreadsheet shortens long numbers"),
        ("12,50,00", "USD", "", "is no amount of money"),
        ("1,250.50.10", "USD", "", "is no amount of money"),
        ("", "USD", "", "is no amount of money"),
        ("n/a", "USD", "", "is no amount of money"),
        ("=1+1", "USD", "", "is no amount of USD"),
        ("1250.", "USD", "", "is no amount of USD"),
        ("٣٤", "USD", "", "is no amount of money"),  # figures of another script
        ("9999999999999999", "USD", "", "is more money than anybody owes"),
    ],
)
def test_an_amount_that_cannot_be_read_exactly_is_refused_with_what_to_do(
    text: str, currency: str, decimal: Point, told: str
) -> None:
    with pytest.raises(ValueError, match=f"^{told.replace('.', '[.]')}"):
        read_amount(text, currency, decimal)


@given(st.decimals(min_value=0, max_value=10**12, places=2), st.sampled_from([(".", ","), (",", ".")]))
def test_what_was_written_with_a_declared_sign_is_what_is_read(
    amount: Decimal, signs: tuple[Point, str]
) -> None:
    point, group = signs
    written = f"{amount:,.2f}".replace(",", "G").replace(".", point).replace("G", group)
    assert read_amount(written, "USD", point) == amount


@given(st.text(alphabet="0123456789.,' $-", max_size=14))
def test_without_a_declared_sign_no_amount_is_read_that_a_declaration_would_change(text: str) -> None:
    try:
        amount = read_amount(text, "USD")
    except ValueError:
        return
    for point in (".", ","):
        try:
            assert read_amount(text, "USD", point) == amount
        except ValueError:
            continue


def test_an_amount_tells_its_decimal_sign_or_does_not() -> None:
    amounts = ["1250", "1.250", "1250.50", "$1,250.50", "1.250,00", "1.250.000", "x"]
    assert [point_of(amount) for amount in amounts] == ["", "", ".", ".", ",", ",", ""]


def test_small_words_and_numbers_are_read_or_refused() -> None:
    assert [read_yes_no(word) for word in ("Sí", "x", "NO", "0")] == [True, True, False, False]
    assert (read_currency(" clp "), read_share("12,5 %"), read_count("7", 9)) == ("CLP", Decimal("12.5"), 7)
    for read in (lambda: read_yes_no("perhaps"), lambda: read_currency("pesos"), lambda: read_share("120")):
        with pytest.raises(ValueError, match=r"^is n"):
            read()
    with pytest.raises(ValueError, match="from 0 to 9"):
        read_count("10", 9)
