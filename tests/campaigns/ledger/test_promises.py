from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.ledger.pay_days import PayDays
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.ledger.promises import (
    Instalment,
    Invalid,
    Payment,
    Promise,
    Standing,
    Terms,
    schedule,
    settle,
    why_invalid,
)
from voicebot.disposition import PromiseToPay

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)
US = PayDays("US")


def day(number: int) -> date:
    """Days from the Monday on which promises are made."""
    return MONDAY + timedelta(days=number)


def promised(amount: str, on: date = FRIDAY, instalments: int = 1) -> PromiseToPay:
    return PromiseToPay(Decimal(amount), "USD", on, instalments=instalments)


def a_promise(
    amount: str = "100", on: date = FRIDAY, name: str = "one", made: date = MONDAY, instalments: int = 1
) -> Promise:
    plan = schedule(promised(amount, on, instalments=instalments), US)
    return Promise(name, "account 1", "USD", made, plan)


def paid(amount: str, on: date, name: str = "", currency: str = "USD") -> Payment:
    return Payment(name or f"{amount} on {on}", "account 1", Decimal(amount), currency, on)


def standing(payments: list[Payment], today: date, promise: Promise | None = None) -> Standing:
    promise = promise or a_promise()
    return settle([promise], payments, today)[promise.promise_id]


def status(payments: list[Payment], today: date, promise: Promise | None = None) -> PromiseStatus:
    return standing(payments, today, promise).status


def test_what_was_promised_for_a_sunday_is_due_on_monday_with_a_day_of_grace() -> None:
    assert schedule(promised("50", date(2026, 11, 29)), US) == (
        Instalment(Decimal(50), date(2026, 11, 30), date(2026, 12, 1)),
    )


def test_grace_skips_thanksgiving() -> None:
    (due,) = schedule(promised("50", date(2026, 11, 25)), US)
    assert due.deadline == date(2026, 11, 27)


def test_each_instalment_has_its_own_days() -> None:
    plan = schedule(promised("50", date(2026, 11, 30), instalments=3), US)
    assert [one.due_by for one in plan] == [date(2026, 11, 30), date(2026, 12, 30), date(2027, 2, 1)]


def test_a_promise_is_open_until_its_grace_is_over() -> None:
    assert status([], today=date(2026, 11, 30)) is PromiseStatus.OPEN
    assert status([], today=date(2026, 12, 1)) is PromiseStatus.BROKEN


@pytest.mark.parametrize(
    ("amount", "becomes"),
    [
        ("94.99", PromiseStatus.PARTLY_KEPT),
        ("95", PromiseStatus.KEPT),
        ("50", PromiseStatus.PARTLY_KEPT),
        ("49.99", PromiseStatus.BROKEN),
    ],
)
def test_ninety_five_of_a_hundred_keep_a_promise_and_fifty_keep_it_partly(
    amount: str, becomes: PromiseStatus
) -> None:
    assert status([paid(amount, FRIDAY)], today=date(2026, 12, 1)) is becomes


@pytest.mark.parametrize(
    ("on", "becomes"),
    [
        # What was paid the day before the promise is in the balance already.
        (day(-1), PromiseStatus.BROKEN),
        (MONDAY, PromiseStatus.KEPT),
        (date(2026, 11, 30), PromiseStatus.KEPT),
        (date(2026, 12, 1), PromiseStatus.BROKEN),
    ],
)
def test_money_counts_from_the_day_of_the_promise_to_the_last_day_of_grace(
    on: date, becomes: PromiseStatus
) -> None:
    assert status([paid("100", on)], today=date(2026, 12, 2)) is becomes


def test_a_promise_is_kept_as_soon_as_it_is_paid() -> None:
    assert status([paid("60", day(1)), paid("40", day(2))], today=day(2)) is PromiseStatus.KEPT


def test_the_same_payment_told_twice_counts_once() -> None:
    assert status([paid("50", FRIDAY, "r1"), paid("50", FRIDAY, "r1")], day(3)) is PromiseStatus.OPEN


def test_money_in_another_currency_keeps_no_promise() -> None:
    assert status([paid("100", FRIDAY, currency="CLP")], date(2026, 12, 1)) is PromiseStatus.BROKEN


def test_a_broken_promise_is_kept_after_all_when_the_bank_tells_late() -> None:
    broken = Promise("one", "account 1", "USD", MONDAY, a_promise().schedule, PromiseStatus.BROKEN)
    assert status([paid("100", FRIDAY)], date(2026, 12, 9), broken) is PromiseStatus.KEPT


def test_a_plan_is_open_while_each_instalment_is_paid_and_broken_at_the_first_that_is_not() -> None:
    plan = a_promise("100", on=FRIDAY, instalments=3)
    first, second = paid("100", FRIDAY), paid("100", date(2026, 12, 28))
    assert status([first], date(2026, 12, 10), plan) is PromiseStatus.OPEN
    assert standing([first], date(2026, 12, 10), plan).due_by == date(2026, 12, 28)
    assert status([first, second], date(2027, 1, 5), plan) is PromiseStatus.OPEN
    assert status([second], date(2026, 12, 10), plan) is PromiseStatus.BROKEN
    # Half of what is due by then is there: the first payment.
    assert status([first], date(2027, 1, 5), plan) is PromiseStatus.PARTLY_KEPT


def test_a_plan_that_is_paid_at_once_is_kept_at_once() -> None:
    assert status([paid("300", FRIDAY)], FRIDAY, a_promise(instalments=3)) is PromiseStatus.KEPT


def test_who_is_due_first_is_paid_first_and_the_rest_goes_to_the_next() -> None:
    earlier, later = a_promise("100", name="earlier"), a_promise("100", day(7), name="later")
    found = settle([later, earlier], [paid("150", FRIDAY)], today=date(2026, 12, 10))
    assert (found["earlier"].paid, found["earlier"].status) == (Decimal(100), PromiseStatus.KEPT)
    assert (found["later"].paid, found["later"].status) == (Decimal(50), PromiseStatus.PARTLY_KEPT)


def test_a_superseded_promise_takes_no_payments() -> None:
    gone, new = replace(a_promise(name="old"), status=PromiseStatus.SUPERSEDED), a_promise(name="new")
    assert settle([gone, new], [paid("100", FRIDAY)], FRIDAY).keys() == {"new"}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (promised("100"), None),
        (promised("500.99"), None),  # within the tolerance of 1
        (promised("501.01"), Invalid.MORE_THAN_OWED),
        (promised("200", instalments=3), Invalid.MORE_THAN_OWED),
        (promised("0"), Invalid.NOTHING),
        (promised("24.99"), Invalid.TOO_LITTLE),
        (promised("100", day(-1)), Invalid.IN_THE_PAST),
        (promised("100", MONDAY), None),
        (promised("100", day(60)), None),
        (promised("100", day(61)), Invalid.TOO_FAR),
        (PromiseToPay(Decimal(100), "CLP", FRIDAY), Invalid.OTHER_CURRENCY),
    ],
)
def test_a_promise_counts_within_the_balance_and_the_horizon(told: PromiseToPay, why: Invalid | None) -> None:
    assert why_invalid(told, MONDAY, Decimal(500), "USD", Terms(minimum=Decimal(25))) is why


def test_the_last_bit_of_a_debt_may_be_less_than_the_smallest_payment() -> None:
    assert why_invalid(promised("10"), MONDAY, Decimal(10), "USD", Terms(minimum=Decimal(25))) is None


amounts = st.integers(1, 50_000).map(lambda cents: Decimal(cents).scaleb(-2))
days = st.integers(-10, 60).map(day)


@st.composite
def promises(draw: st.DrawFn) -> list[Promise]:
    count = draw(st.integers(1, 4))
    return [
        a_promise(
            str(draw(amounts)),
            draw(days),
            f"promise {number}",
            draw(st.integers(-10, 0).map(day)),
            draw(st.integers(1, 4)),
        )
        for number in range(count)
    ]


payments = st.lists(st.tuples(amounts, days)).map(
    lambda found: [paid(str(amount), on, f"p{number}") for number, (amount, on) in enumerate(found)]
)


@given(promises(), payments, days)
def test_no_cent_counts_twice_and_no_promise_takes_more_than_its_amount(
    made: list[Promise], arrived: list[Payment], today: date
) -> None:
    found = settle(made, arrived, today)
    assert sum(one.paid for one in found.values()) <= sum(one.amount for one in arrived)
    assert all(found[one.promise_id].paid <= one.amount for one in made)


@given(promises(), payments, days)
def test_the_order_of_promises_and_payments_makes_no_difference(
    made: list[Promise], arrived: list[Payment], today: date
) -> None:
    assert settle(made, arrived, today) == settle(made[::-1], arrived[::-1], today)


@given(promises(), payments, days)
def test_only_the_first_deadline_that_is_missed_breaks_a_promise(
    made: list[Promise], arrived: list[Payment], today: date
) -> None:
    for promise in made:
        found = standing(arrived, today, promise)
        if found.status in (PromiseStatus.BROKEN, PromiseStatus.PARTLY_KEPT):
            assert next(one for one in promise.schedule if one.due_by == found.due_by).deadline < today
        if found.status is PromiseStatus.KEPT:
            assert found.paid >= Decimal("0.95") * promise.amount


@given(promises(), payments, days, st.integers(0, 30))
def test_what_is_settled_stays_settled_as_days_go_by(
    made: list[Promise], arrived: list[Payment], today: date, later: int
) -> None:
    now, then = settle(made, arrived, today), settle(made, arrived, today + timedelta(days=later))
    for name, found in now.items():
        if found.status is not PromiseStatus.OPEN:
            assert then[name].status is found.status


@given(promises(), payments, amounts, days, days)
def test_more_money_for_one_promise_never_makes_it_worse(
    made: list[Promise], arrived: list[Payment], more: Decimal, on: date, today: date
) -> None:
    worst_first = [
        PromiseStatus.BROKEN, PromiseStatus.PARTLY_KEPT, PromiseStatus.OPEN, PromiseStatus.KEPT
    ]  # fmt: skip
    one = made[0]
    before = status(arrived, one.deadline + timedelta(days=1), one)
    after = status([*arrived, paid(str(more), on, "more")], one.deadline + timedelta(days=1), one)
    if len(one.schedule) == 1:
        assert worst_first.index(after) >= worst_first.index(before)
