from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from voicebot.dialogue.language.flow import Slot
from voicebot.dialogue.language.notation import Kind
from voicebot.dialogue.language.values import Value
from voicebot.dialogue.slots import out_of_bounds

MONDAY = date(2026, 11, 23)
FACTS: dict[str, Value] = {"balance": Decimal(500), "due_date": date(2026, 12, 1)}
AMOUNT = Slot(kind=Kind.MONEY, min=Decimal(10), max="balance", too_low={"en": "low"}, too_high={"en": "high"})
DAY = Slot(kind=Kind.DATE, earliest="today", latest="due_date + 7 days")


@pytest.mark.parametrize(
    ("slot", "value", "limit"),
    [
        (AMOUNT, Decimal("9.99"), Decimal(10)),
        (AMOUNT, Decimal(10), None),
        (AMOUNT, Decimal("500.00"), None),
        (AMOUNT, Decimal("500.01"), Decimal(500)),
        (DAY, date(2026, 11, 22), MONDAY),
        (DAY, MONDAY, None),
        (DAY, date(2026, 12, 8), None),
        (DAY, date(2026, 12, 9), date(2026, 12, 8)),
        (Slot(kind=Kind.DATE, earliest="today - 1 day"), date(2026, 11, 22), None),
        (Slot(kind=Kind.DIGITS), "12", None),
    ],
)
def test_answer_keeps_its_bounds_or_meets_the_limit(slot: Slot, value: Value, limit: Value | None) -> None:
    reason = out_of_bounds(slot, value, FACTS, today=MONDAY)
    assert (reason.limit if reason else None) == limit


def test_reason_is_the_prompt_of_the_broken_bound() -> None:
    low, high = (out_of_bounds(AMOUNT, Decimal(value), FACTS, today=MONDAY) for value in (1, 900))
    assert low is not None
    assert high is not None
    assert (low.prompt, high.prompt) == ({"en": "low"}, {"en": "high"})


def test_zero_is_a_bound_too() -> None:
    slot = Slot(kind=Kind.MONEY, min=Decimal(1), max="balance")
    assert out_of_bounds(slot, Decimal(5), {"balance": Decimal(0)}, today=MONDAY)
