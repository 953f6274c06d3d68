from __future__ import annotations

from datetime import date
from decimal import Decimal

from voicebot.disposition import PromiseToPay


def test_instalments_fall_on_the_same_day_of_each_month_or_on_its_last() -> None:
    plan = PromiseToPay(Decimal("125.00"), "USD", date(2026, 12, 31), whole=True, instalments=4)
    assert [day.isoformat() for day in plan.dates] == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]
    assert str(plan) == "4 x 125.00 USD on 2026-12-31"


def test_one_payment_is_told_without_a_count() -> None:
    assert str(PromiseToPay(Decimal("125.00"), "USD", date(2026, 12, 31))) == "125.00 USD on 2026-12-31"
