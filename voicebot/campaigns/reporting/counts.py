"""The counts that figures are computed from: account by account, in memory that stays small. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.reporting.facts import NOT_FINAL, AccountFacts, AttemptFacts, PromiseFacts, Talk

ATTRIBUTED: Final = timedelta(days=7)
"""A payment so soon after a right-party contact came of it; and within it one matter should be settled."""
ROLLING: Final = timedelta(days=30)
SOON: Final = 20.0
"""Seconds within which a person should take a call that was handed to them."""
Money = defaultdict[str, Decimal]
"""By currency: money of two is never added."""
_GAP_STEP, _GAP_MOST = 10, 10_000
_SETTLED: Final = (PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.BROKEN)


@dataclass(slots=True)
class Counts:
    """A period of a campaign in numbers."""

    until: date
    """The last day of the period."""
    begins: date = date.min
    """Its first day; what was before and after tells what became of it."""
    hours: Collection[int] = range(24)
    """Those of the person in which the dials were placed that count."""
    loaded: int = 0
    attempted: int = 0
    """Accounts."""
    reached: int = 0
    """Accounts for which a person answered."""
    useful: int = 0
    """Accounts with a right-party contact."""
    promising: int = 0
    """Accounts with a promise that counts."""
    keeping: int = 0
    """Accounts with a promise that was kept."""
    attempts: int = 0
    answered: int = 0
    humans: int = 0
    recent_humans: int = 0
    """Of the last 30 days of the period."""
    recent_abandoned: int = 0
    contacts: int = 0
    """With the right party."""
    promises: int = 0
    due: int = 0
    """Promises that are settled: kept, partly kept or broken."""
    kept: int = 0
    due_amount: Money = field(default_factory=lambda: defaultdict(Decimal))
    kept_amount: Money = field(default_factory=lambda: defaultdict(Decimal))
    attributed: Money = field(default_factory=lambda: defaultdict(Decimal))
    paid: Money = field(default_factory=lambda: defaultdict(Decimal))
    balance: Money = field(default_factory=lambda: defaultdict(Decimal))
    contacts_by_currency: Counter[str] = field(default_factory=Counter)
    """Right-party contacts, by the currency of what is owed."""
    bot_seconds: float = 0.0
    """Connected with people."""
    connected_seconds: float = 0.0
    """With people and machines."""
    contained: int = 0
    issues: int = 0
    issues_once: int = 0
    transfers: int = 0
    journals: int = 0
    """Calls that have one."""
    hand_offs: int = 0
    bridged: int = 0
    soon: int = 0
    waited: float = 0.0
    utterances: int = 0
    no_matches: int = 0
    prompts: int = 0
    barge_ins: int = 0
    confidence: float = 0.0
    opt_outs: int = 0
    """Wishes for no more calls, and the seconds until they count."""
    opt_out_seconds: float = 0.0
    gaps: Counter[int] = field(default_factory=Counter)
    """Replies by their gap, in steps of 10 ms."""
    cells: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    """``attempts`` and ``humans`` by weekday and hour of the person."""
    by_day: Counter[tuple[date, str]] = field(default_factory=Counter)
    """Attempts by day and disposition."""
    calendar: Counter[tuple[date, str]] = field(default_factory=Counter)
    """Promises by the day they are due by and their status."""
    blocks: Counter[str] = field(default_factory=Counter)
    """How often each rule kept somebody from being called."""

    def add(self, account: AccountFacts) -> None:
        """Count one account of the campaign."""
        self.loaded += 1
        if account.balance is not None:
            self.balance[account.currency] += account.balance
        attempts = [
            one for one in account.attempts if self._in_period(one.placed_at.date()) and self._at(one)
        ]
        self.attempted += bool(attempts)
        self.reached += any(one.by_human for one in attempts)
        self.useful += any(one.right_party for one in attempts)
        self.promising += bool(account.promises)
        self.keeping += any(one.status is PromiseStatus.KEPT for one in account.promises)
        for attempt in attempts:
            self._attempt(attempt)
            self.contacts_by_currency[account.currency] += attempt.right_party
        for promise in account.promises:
            self._promise(promise)
        self._payments(account, {one.placed_at.date() for one in attempts if one.right_party})
        self._issues(account)
        self._abandoned(account)
        self.contained += _contained(attempts, account.attempts)

    def _in_period(self, day: date) -> bool:
        return self.begins <= day <= self.until

    def _at(self, one: AttemptFacts) -> bool:
        return one.placed_at.hour in self.hours

    def _abandoned(self, account: AccountFacts) -> None:
        """Of the last 30 days, whenever the period begins."""
        for one in account.attempts:
            if self.until - ROLLING < one.placed_at.date() <= self.until and self._at(one):
                self.recent_humans += one.by_human or one.abandoned
                self.recent_abandoned += one.abandoned

    def _attempt(self, one: AttemptFacts) -> None:
        self.attempts += 1
        self.answered += one.answered
        self.humans += one.by_human
        self.contacts += one.right_party
        self.promises += one.promised
        self.transfers += one.transferred
        self.connected_seconds += one.seconds
        if one.by_human:
            self.bot_seconds += one.seconds
        day = one.placed_at.date()
        self.cells[day.weekday(), one.placed_at.hour, "attempts"] += 1
        self.cells[day.weekday(), one.placed_at.hour, "humans"] += one.by_human
        self.by_day[day, one.disposition or "in progress"] += 1
        if one.talk:
            self._talk(one.talk)

    def _talk(self, talk: Talk) -> None:
        self.journals += 1
        self.hand_offs += talk.hand_offs
        self.bridged += talk.bridged
        self.waited += sum(talk.waits)
        self.soon += sum(wait <= SOON for wait in talk.waits)
        self.utterances += talk.utterances
        self.no_matches += talk.no_matches
        self.prompts += talk.prompts
        self.barge_ins += talk.barge_ins
        self.confidence += talk.confidence
        self.opt_outs += len(talk.opt_outs)
        self.opt_out_seconds += sum(talk.opt_outs)
        self.gaps.update(min(round(gap / _GAP_STEP) * _GAP_STEP, _GAP_MOST) for gap in talk.gaps)

    def _promise(self, one: PromiseFacts) -> None:
        self.calendar[one.due_by, one.status] += 1
        if one.status in _SETTLED:
            self.due += 1
            self.kept += one.status is PromiseStatus.KEPT
            self.due_amount[one.currency] += one.amount
            self.kept_amount[one.currency] += one.paid

    def _payments(self, account: AccountFacts, contacts: Collection[date]) -> None:
        for one in account.payments:
            if self._in_period(one.value_date):
                self.paid[one.currency] += one.amount
            if any(contact <= one.value_date <= contact + ATTRIBUTED for contact in contacts):
                self.attributed[one.currency] += one.amount

    def _issues(self, account: AccountFacts) -> None:
        self.issues += sum(self._in_period(day) for _, day in account.issues)
        self.issues_once += sum(
            self._in_period(day)
            and not any(
                kind == again and day <= later <= day + ATTRIBUTED
                for again, later in account.issues[place + 1 :]
            )
            for place, (kind, day) in enumerate(account.issues)
        )


def _contained(counted: Collection[AttemptFacts], attempts: Iterable[AttemptFacts]) -> int:
    """Conversations that the bot ended with an outcome, with no person taking over and no other one within a
    week."""
    talks = [one for one in attempts if one.by_human]
    return sum(
        one in counted
        and one.disposition not in NOT_FINAL
        and not one.transferred
        and not (following and following[0].placed_at - one.placed_at <= ATTRIBUTED)
        for place, one in enumerate(talks)
        for following in (talks[place + 1 : place + 2],)
    )
