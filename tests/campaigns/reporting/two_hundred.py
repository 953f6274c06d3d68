"""A campaign of 100 accounts and 200 attempts, small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.reporting.facts import AccountFacts, AttemptFacts, PaymentFacts, PromiseFacts, Talk
from voicebot.disposition import Disposition

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
UNTIL = date(2026, 11, 30)
OWED = Decimal(500)
PROMISE_TALK = Talk(5, 1, 10, 2, gaps=(200, 200, 200, 200, 800), confidence=4.0)


def attempt(
    after_days: int, disposition: Disposition, seconds: float = 0, talk: Talk | None = None
) -> AttemptFacts:
    promised = disposition is Disposition.RPC_PROMISE
    return AttemptFacts(MONDAY + timedelta(days=after_days), disposition, None, seconds, promised, talk)


def promising(status: PromiseStatus, paid: int, paid_after_days: int = 5) -> AccountFacts:
    attempts = (
        attempt(0, Disposition.NO_ANSWER),
        attempt(1, Disposition.RPC_PROMISE, 60, PROMISE_TALK),
    )
    made = (MONDAY + timedelta(days=1)).date()
    promise = PromiseFacts(made, made + timedelta(days=9), Decimal(100), Decimal(paid), status, "USD")
    payment = PaymentFacts(made + timedelta(days=paid_after_days), Decimal(paid), "USD")
    return AccountFacts(attempts, (promise,), (payment,) if paid else (), balance=OWED, currency="USD")


def others(*attempts: AttemptFacts, issues: tuple[tuple[str, date], ...] = ()) -> AccountFacts:
    return AccountFacts(attempts, issues=issues, balance=OWED, currency="USD")


def transferred(waits: tuple[float, ...]) -> AccountFacts:
    talk = Talk(hand_offs=1, bridged=len(waits), waits=waits)
    return others(attempt(0, Disposition.RPC_NEGOTIATE_XFER, 90, talk))


def refused(opt_outs: tuple[float, ...] = ()) -> AccountFacts:
    talk = Talk(opt_outs=opt_outs) if opt_outs else None
    return others(
        attempt(0, Disposition.BUSY),
        attempt(0, Disposition.MACHINE, 5),
        attempt(1, Disposition.RPC_REFUSAL, 30, talk),
    )


REFUSED = refused()
ASKED_TWICE = others(
    attempt(0, Disposition.HUMAN_NO_RPC, 10),
    attempt(2, Disposition.HUMAN_NO_RPC, 10),
    issues=(("call_back", MONDAY.date()), ("call_back", MONDAY.date() + timedelta(days=2))),
)
DROPPED = others(
    attempt(0, Disposition.ABANDONED), *(attempt(day, Disposition.NO_ANSWER) for day in range(1, 5))
)
MAILBOX = others(attempt(0, Disposition.MACHINE, 6), attempt(1, Disposition.MACHINE, 6))

ACCOUNTS: list[AccountFacts] = [
    *[promising(PromiseStatus.KEPT, 100)] * 10,
    *[promising(PromiseStatus.PARTLY_KEPT, 60, paid_after_days=8)] * 4,
    *[promising(PromiseStatus.BROKEN, 0)] * 4,
    *[promising(PromiseStatus.OPEN, 0)] * 2,
    *[REFUSED] * 18,
    refused((0.2,)),
    refused((0.6,)),
    *[transferred((10.0,))] * 6,
    *[transferred((30.0,))] * 2,
    *[transferred(())] * 2,
    *[ASKED_TWICE] * 10,
    *[DROPPED] * 10,
    *[MAILBOX] * 10,
    *[others()] * 20,
]
