"""What follows an attempt: which telephone is tried next and when, or that nobody is called any more. Pure.

Only ``may_contact`` says whether the law allows a moment; this says what makes sense. Days and parts of the
day are the person's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from voicebot.campaigns.dayparts import morning, other_daypart
from voicebot.campaigns.numbers import Phone, next_phone
from voicebot.campaigns.retry_settings import Retry, RetrySettings
from voicebot.disposition import Disposition


class ContactState(StrEnum):
    """Where a contact of a campaign is."""

    WAITING = "waiting"
    """Not before its moment."""
    DUE = "due"
    CLAIMED = "claimed"
    """Its attempt is going on."""
    DONE = "done"
    """Reached, with an outcome."""
    CLOSED = "closed"
    """Nobody is called any more, without an outcome."""
    HELD = "held"
    """A person looks at it first."""


FINAL: Final = frozenset({ContactState.DONE, ContactState.CLOSED, ContactState.HELD})


@dataclass(frozen=True, slots=True)
class CallBack:
    """What was asked for, as far as it was said."""

    at: datetime | None = None
    phone: str | None = None
    """E.164, when another telephone was named that may be dialled."""
    to_check: bool = False
    """The telephone that the right party named is none that we dial before a person has looked at it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended."""

    disposition: Disposition
    e164: str
    """The telephone that was dialled."""
    trunk: str
    at: datetime
    """When it ended."""
    call_back: CallBack | None = None
    promised: datetime | None = None
    """The end of the day by which the last of the promised money is due."""
    interrupted: bool = False
    """The process died; the disposition is what its record says."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What has been tried of a contact so far, this attempt included."""

    phones: tuple[Phone, ...]
    """As they are after it (see ``numbers.after``), in the order of the account."""
    counted: int
    """Attempts that count against the limit."""
    dispositions: Mapping[Disposition, int]
    """How often each ended an attempt, in all."""
    today: Mapping[Disposition, int]
    """How often each ended an attempt on this day."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Call, not before ``at``."""

    at: datetime
    phone: str
    other_than: str | None = None
    """A trunk that just failed."""
    asked_for: bool = False
    """The person asked for this moment: it goes before all others."""


@dataclass(frozen=True, slots=True)
class Over:
    """The contact ends."""

    state: ContactState
    """DONE, CLOSED or HELD."""
    why: str
    rests_until: datetime | None = None
    """Whatever else is planned with this person comes after that."""


Next = TryAgain | Over

_DONE: Final[Mapping[Disposition, str]] = {
    Disposition.RPC_PROMISE: "a promise is on record",
    Disposition.RPC_PARTIAL_PROMISE: "a promise is on record",
    Disposition.RPC_NEGOTIATE_XFER: "a person took the call",
    Disposition.RPC_INFORMED: "the reminder was heard",
}
HELD: Final[Mapping[Disposition, str]] = {
    Disposition.RPC_DISPUTE: "the debt is disputed: review it",
    Disposition.RPC_ALREADY_PAID: "they say that it was paid: look for the payment",
    Disposition.BANKRUPT: "they are bankrupt: collection stops until that is looked into",
    Disposition.ATTORNEY: "an attorney speaks for them: nobody else is called",
    Disposition.DECEASED: "the person has died",
    Disposition.VULNERABLE: "somebody who may be vulnerable: a person looks after them",
    Disposition.THREAT: "somebody was threatened: a person decides",
    Disposition.LANGUAGE: "they speak another language: somebody who does calls them",
}
"""Outcomes that a person looks at first, and why."""
_CLOSED: Final[Mapping[Disposition, str]] = {
    Disposition.DNC: "no more contact is wanted",
    Disposition.OPT_OUT_VOICE: "no more calls are wanted",
    Disposition.BLOCKED_RULE: "the number is never called again",
}
NOT_COUNTED: Final = frozenset(
    {
        Disposition.SIT_NO_CIRCUIT,
        Disposition.SIT_REORDER,
        Disposition.CARRIER_ERROR,
        Disposition.TECHNICAL_FAILURE,
        Disposition.BLOCKED_RULE,
    }
)
"""Outcomes that say nothing of the person."""
_RULE_OF: Final[Mapping[Disposition, str]] = {
    Disposition.BUSY: "busy",
    Disposition.NO_ANSWER: "no_answer",
    Disposition.REJECTED: "no_answer",
    Disposition.UNREACHABLE: "no_answer",
    Disposition.MACHINE: "machine",
    Disposition.SCREENED: "machine",
    Disposition.SILENCE: "nobody_verified",
    Disposition.HUMAN_NO_RPC: "nobody_verified",
    Disposition.THIRD_PARTY: "nobody_verified",
    Disposition.ABANDONED: "nobody_verified",
    Disposition.RPC_REFUSAL: "cool_down",
    Disposition.RPC_CANT_PAY: "cool_down",
    Disposition.RPC_HANGUP: "cool_down",
    Disposition.RPC_CALLBACK: "call_back",
    **{disposition: "carrier" for disposition in NOT_COUNTED if disposition is not Disposition.BLOCKED_RULE},
}
_SAME_PHONE: Final = NOT_COUNTED | {Disposition.BUSY, Disposition.RPC_CALLBACK}
"""Outcomes after which another telephone would be no better."""
SOONEST: Final = timedelta(minutes=1)
"""To the next attempt on another telephone."""


def after(outcome: Outcome, tried: Tried, settings: RetrySettings, zone: tzinfo = UTC) -> Next:
    """What follows an attempt; ``zone`` is the person's."""
    disposition = outcome.disposition
    for ends, state in (
        (_DONE, ContactState.DONE),
        (HELD, ContactState.HELD),
        (_CLOSED, ContactState.CLOSED),
    ):
        if disposition in ends:
            return Over(state, ends[disposition], _rest(outcome, settings))
    if outcome.call_back is not None and outcome.call_back.to_check:
        return Over(ContactState.HELD, "they named a telephone to be called on: a person looks at it first")
    phone = _phone(outcome, tried, settings)
    if phone is None:
        return Over(ContactState.CLOSED, "no telephone is left")
    if outcome.call_back is not None and outcome.call_back.at is not None:
        return TryAgain(max(outcome.call_back.at, outcome.at + SOONEST), phone, asked_for=True)
    if why := _enough(outcome, tried, settings):
        return Over(ContactState.CLOSED, why)
    failed = outcome.trunk if disposition in NOT_COUNTED else None
    return TryAgain(_moment(outcome, tried, settings, zone), phone, other_than=failed)


def _rest(outcome: Outcome, settings: RetrySettings) -> datetime | None:
    return outcome.promised and outcome.promised + timedelta(days=settings.grace_days)


def _phone(outcome: Outcome, tried: Tried, settings: RetrySettings) -> str | None:
    if outcome.call_back is not None and outcome.call_back.phone:
        return outcome.call_back.phone
    stays = outcome.disposition in _SAME_PHONE
    return next_phone(tried.phones, outcome.e164, stays=stays, tired_after=settings.tired_after)


def _rule(outcome: Outcome, settings: RetrySettings) -> Retry:
    if outcome.interrupted and outcome.disposition is Disposition.TECHNICAL_FAILURE:
        return settings.interrupted
    if outcome.call_back is not None and outcome.disposition not in NOT_COUNTED:
        return settings.call_back
    name = _RULE_OF.get(outcome.disposition)
    rule: Retry = getattr(settings, name) if name else Retry()  # the number is dead: the next one, at once
    return rule


def _enough(outcome: Outcome, tried: Tried, settings: RetrySettings) -> str:
    rule = _rule(outcome, settings)
    if tried.counted >= settings.attempts:
        return f"{tried.counted} attempts were made"
    if rule.in_all and _so_far(outcome.disposition, tried.dispositions) >= rule.in_all:
        return f"{rule.in_all} attempts ended in {outcome.disposition}"
    return ""


def _moment(outcome: Outcome, tried: Tried, settings: RetrySettings, zone: tzinfo) -> datetime:
    rule = _rule(outcome, settings)
    local = outcome.at.astimezone(zone)
    today = _so_far(outcome.disposition, tried.today)
    if rule.days:
        return morning(local, rule.days + 1)
    if rule.next_day or (rule.per_day and today >= rule.per_day):
        earliest = morning(local, 1)
    else:
        wait = rule.minutes[min(today, len(rule.minutes)) - 1] if rule.minutes and today else 0
        earliest = outcome.at + max(timedelta(minutes=wait), SOONEST)
    return other_daypart(earliest, local, zone) if rule.other_daypart else earliest


def _so_far(disposition: Disposition, counts: Mapping[Disposition, int]) -> int:
    """Outcomes that the same rule is about."""
    name = _RULE_OF.get(disposition)
    return sum(times for other, times in counts.items() if _RULE_OF.get(other) == name)


def counted_in(outcomes: Sequence[Disposition]) -> int:
    """Attempts that count against the limit."""
    return sum(disposition not in NOT_COUNTED for disposition in outcomes)
