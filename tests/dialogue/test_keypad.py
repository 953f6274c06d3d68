from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.keypad import typed
from voicebot.dialogue.language.notation import Kind
from voicebot.dialogue.language.values import Value

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "keys", "value"),
    [
        (Kind.MONEY, "300#", Decimal(300)),
        (Kind.MONEY, "300", Decimal(300)),  # a pause ended it
        (Kind.MONEY, "300*5", Decimal("300.5")),
        (Kind.MONEY, "0*50#", Decimal("0.50")),
        (Kind.MONEY, "0", None),  # promises nothing
        (Kind.MONEY, "*50", None),
        (Kind.MONEY, "3*505", None),  # no such coins
        (Kind.MONEY, "", None),
        (Kind.DATE, "1204", date(2026, 12, 4)),
        (Kind.DATE, "1123", date(2026, 11, 23)),  # today
        (Kind.DATE, "1122", date(2027, 11, 22)),  # yesterday is a year ahead: the slot's bounds refuse it
        (Kind.DATE, "0229", date(2028, 2, 29)),
        (Kind.DATE, "1304", None),
        (Kind.DATE, "124", None),
        (Kind.DIGITS, "4321#", "4321"),
        (Kind.DIGITS, "43*1", None),
        (Kind.TEXT, "43", None),
        (Kind.NUMBER, "3#", 3),
        (Kind.NUMBER, "3*5", None),
        (Kind.TIME, "1730", time(17, 30)),
        (Kind.TIME, "0905", time(9, 5)),
        (Kind.TIME, "2460", None),
        (Kind.NAME, "262", None),
        (Kind.YES_NO, "1", None),  # a key of its own means yes
    ],
)
def test_keys_of_an_english_caller(kind: Kind, keys: str, value: Value | None) -> None:
    assert typed(kind, keys, language="en", today=MONDAY) == value


def test_day_comes_before_the_month_in_spanish() -> None:
    assert typed(Kind.DATE, "0412", language="es", today=MONDAY) == date(2026, 12, 4)


@given(st.sampled_from(list(Kind)), st.text("0123456789*#"), st.sampled_from(["en", "es"]))
def test_any_keys_are_an_answer_or_none(kind: Kind, keys: str, language: str) -> None:
    value = typed(kind, keys, language=language, today=MONDAY)
    assert not isinstance(value, Decimal) or value > 0
    assert not isinstance(value, date) or value >= MONDAY


def test_a_telephone_number_is_typed_as_at_home() -> None:
    typed_here = typed(Kind.PHONE, "2025550142#", language="en", today=MONDAY, country="US")
    assert typed_here == "+12025550142"
