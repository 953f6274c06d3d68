from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.language.condition import (
    Both,
    Compared,
    Either,
    Known,
    Not,
    Verified,
    condition,
    holds,
    truth,
)
from voicebot.dialogue.language.quantity import Quantity, quantity
from voicebot.dialogue.language.values import Values

TODAY = date(2026, 11, 23)
KNOWN: Values = {
    "balance": Decimal("500.00"),
    "amount": Decimal(100),
    "pay_on": date(2026, 11, 27),
    "country": "MX",
    "payments": 3,
    "call_at": time(17, 30),
}


def true(text: str, *, verified: bool = False, known: Values | None = None) -> bool:
    return holds(condition(text), KNOWN if known is None else known, verified=verified, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "amount = 100",
        "amount >= 20% of balance",
        "amount = balance / 5",
        "balance / payments = 166.67",  # rounded up to the coin: three of them cover the whole
        "50% of balance / payments = 83.34",
        "call_at < 18:00 and call_at >= 9:30",
        "payments = 3",
        "amount < 20.5% of balance",
        "pay_on <= today + 7 days",
        "pay_on > today+3 days",
        "pay_on - 4 days = today",
        "country = 'MX'",
        "country != 'CO' and amount is known",
        "method is not known",
        "not verified",
        "amount > 200 or (amount > 50 and not country = 'CO')",
        "amount > 50 or nonsense > 1 and amount > 200",
    ],
)
def test_what_holds(text: str) -> None:
    assert true(text)


@pytest.mark.parametrize(
    "text",
    [
        "amount > 20% of balance",
        "verified",
        "method is known",
        "later > today",
        "not amount = 100",
        "(amount > 50 or amount > 60) and verified",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not true(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "an amount, a day or a name is missing"),
        ("amount", "a comparison is missing"),
        ("amount >", "an amount, a day or a name is missing"),
        ("amount > 5 balance", "something follows"),
        ("(amount > 5", "a ')' is missing"),
        ("amount ** 2 > 5", "this is not understood, near '** 2 > 5'"),
        ("import('os') = 1", "a comparison is missing"),
        ("amount > $5", "this is not understood, near '$5'"),
    ],
)
def test_what_is_no_condition_is_said_with_the_place(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"write such as: amount >= 20% of balance") as refused:
        condition(text)
    assert told in str(refused.value)


def test_and_binds_closer_than_or_and_not_closest() -> None:
    assert condition("not verified or amount is known and verified") == Either(
        Not(Verified()), Both(Known("amount"), Verified())
    )


def test_a_share_is_rounded_up_to_the_cent_so_that_the_least_is_kept() -> None:
    assert quantity("33.3% of balance").value({"balance": Decimal("100.01")}, TODAY) == Decimal("33.31")


@given(st.integers(0, 4000), st.sampled_from("+-"))
def test_days_are_counted_from_a_day(days: int, sign: str) -> None:
    moved = quantity(f"today {sign} {days} days").value({}, TODAY)
    assert moved == TODAY + timedelta(days=days if sign == "+" else -days)


atom = st.sampled_from([Verified(), Known("amount"), Compared(quantity("amount"), ">", Quantity(Decimal(1)))])
conditions = st.recursive(
    atom,
    lambda part: st.one_of(st.builds(Not, part), st.builds(Both, part, part), st.builds(Either, part, part)),
)


@given(conditions, st.booleans(), st.booleans(), st.booleans())
def test_what_is_true_without_knowing_an_atom_is_true_whatever_it_is(
    asked: Both | Either | Not, verified: bool, known: bool, compared: bool
) -> None:
    without: dict[object, bool] = {Verified(): verified, Known("amount"): known}
    judged = truth(asked, without.get)
    assert judged in (None, truth(asked, lambda one: without.get(one, compared)))


def test_parts_are_rounded_up_to_the_coins_of_the_currency() -> None:
    known: Values = {"balance": Decimal(1000), "payments": 3, "currency": "CLP"}
    assert quantity("balance / payments").value(known, TODAY) == Decimal(334)
    assert quantity("balance / 0").value(known, TODAY) == Decimal(1000)
