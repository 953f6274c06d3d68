"""Promises to pay and what becomes of each: open until payments keep it or its last day passes. Pure.

A promise is kept when the payments with a value date from the day it was made to the last day of grace come
to 95 % of it, and partly kept at 50 %. No cent counts for two promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from voicebot.campaigns.ledger.pay_days import PayDays
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.disposition import PromiseToPay

KEPT_SHARE: Final = Decimal("0.95")
PARTLY_KEPT_SHARE: Final = Decimal("0.5")
GRACE: Final = 1
"""Business days after the day on which a payment is due."""


class Invalid(StrEnum):
    """Why a promise does not count. What only the call can know (who was verified, the read-back, the yes) is
    proved of every flow and not asked again."""

    NOTHING = "the amount is not above zero"
    MORE_THAN_OWED = "it is more than the balance"
    TOO_LITTLE = "it is less than the smallest payment that is taken"
    IN_THE_PAST = "its day was over when it was made"
    TOO_FAR = "its day is beyond the horizon"
    OTHER_CURRENCY = "it is in another currency than the debt"


class Terms(BaseModel):
    """What is taken for a promise, whatever flow it was made in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon: int = Field(default=60, ge=0, le=366)
    """Days from the one on which it is made to the first payment, at most."""
    tolerance: Decimal = Field(default=Decimal(1), ge=0)
    """Of the currency, by which it may be above the balance."""
    minimum: Decimal = Field(default=Decimal(0), ge=0)
    """Of the currency: the smallest payment, unless less is owed."""
    grace: int = Field(default=GRACE, ge=0, le=20)
    """Business days after a due day in which money is in time."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a promise."""

    amount: Decimal
    due_by: date
    """The promised day, or the business day that follows it."""
    deadline: date
    """The last day of grace: what has this value date is in time."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise on the ledger; all days are those of its person."""

    promise_id: str
    account_id: str
    currency: str
    promised_on: date
    schedule: tuple[Instalment, ...]
    """In the order of their days."""
    status: PromiseStatus = PromiseStatus.OPEN

    @property
    def amount(self) -> Decimal:
        """All payments together."""
        return sum((one.amount for one in self.schedule), Decimal(0))

    @property
    def deadline(self) -> date:
        """The last day of grace of the last payment."""
        return self.schedule[-1].deadline


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that arrived."""

    reference: str
    """Of the system that took it: the same one is the same payment."""
    account_id: str
    amount: Decimal
    currency: str
    value_date: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What the payments make of a promise."""

    status: PromiseStatus
    paid: Decimal
    """Of its amount, and never more than that."""
    due_by: date
    """The first payment that is not there yet; of a promise that is settled, the one that decided."""


def schedule(promised: PromiseToPay, pay_days: PayDays, grace: int = GRACE) -> tuple[Instalment, ...]:
    """When each payment must be there: days without banks are moved on, then come the days of grace."""
    due = [pay_days.on_or_after(day) for day in promised.dates]
    return tuple(Instalment(promised.amount, day, pay_days.after(day, grace)) for day in due)


def why_invalid(
    promised: PromiseToPay, promised_on: date, balance: Decimal, currency: str, terms: Terms
) -> Invalid | None:
    """Why a promise does not count; ``None`` when it does."""
    total = promised.amount * promised.instalments
    if promised.amount <= 0:
        return Invalid.NOTHING
    if promised.currency != currency:
        return Invalid.OTHER_CURRENCY
    if total > balance + terms.tolerance:
        return Invalid.MORE_THAN_OWED
    if promised.amount < min(terms.minimum, balance):
        return Invalid.TOO_LITTLE
    if promised.date < promised_on:
        return Invalid.IN_THE_PAST
    if promised.date > promised_on + timedelta(days=terms.horizon):
        return Invalid.TOO_FAR
    return None


def settle(promises: Iterable[Promise], payments: Iterable[Payment], today: date) -> dict[str, Standing]:
    """Where the promises of one account stand at the beginning of ``today``, by id.

    What was cancelled or superseded is left out. Whoever is due first is paid first, and what one promise
    took no other gets. A promise that was broken is told as kept when a payment is heard of late.
    """
    purse = _Purse(payments)
    claiming = [promise for promise in promises if promise.status.takes_payments]
    claiming.sort(key=lambda one: (one.schedule[0].due_by, one.promised_on, one.promise_id))
    return {promise.promise_id: _standing(promise, purse, today) for promise in claiming}


def _standing(promise: Promise, purse: _Purse, today: date) -> Standing:
    paid = Decimal(0)
    for one, due in zip(promise.schedule, accumulate(one.amount for one in promise.schedule), strict=True):
        paid += purse.take(promise, until=one.deadline, at_most=promise.amount - paid)
        if paid >= KEPT_SHARE * promise.amount:
            return Standing(PromiseStatus.KEPT, paid, one.due_by)
        if paid >= KEPT_SHARE * due:
            continue
        if today <= one.deadline:
            return Standing(PromiseStatus.OPEN, paid, one.due_by)
        missed = PromiseStatus.PARTLY_KEPT if paid >= PARTLY_KEPT_SHARE * due else PromiseStatus.BROKEN
        return Standing(missed, paid, one.due_by)
    raise AssertionError("all payments of a promise come to the promise")


class _Purse:
    """The payments of an account, out of which each cent is taken once."""

    def __init__(self, payments: Iterable[Payment]) -> None:
        once = {payment.reference: payment for payment in payments}
        self._payments = sorted(once.values(), key=lambda one: (one.value_date, one.reference))
        self._left = {payment.reference: payment.amount for payment in self._payments}

    def take(self, promise: Promise, *, until: date, at_most: Decimal) -> Decimal:
        taken = Decimal(0)
        for payment in self._in_time(promise, until):
            part = min(self._left[payment.reference], at_most - taken)
            self._left[payment.reference] -= part
            taken += part
        return taken

    def _in_time(self, promise: Promise, until: date) -> Iterator[Payment]:
        return (
            payment
            for payment in self._payments
            if promise.promised_on <= payment.value_date <= until and payment.currency == promise.currency
        )
