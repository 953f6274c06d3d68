"""Campaigns, contacts and attempts in memory, as ``ContactQueue`` tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from voicebot.campaigns.numbers import after_attempt
from voicebot.campaigns.pacing import Answers
from voicebot.campaigns.queue import (
    Attempted,
    Campaign,
    CampaignState,
    Candidate,
    Claim,
    Close,
    Decide,
    Dial,
    Ended,
    Follow,
    LeftAttempt,
    Postpone,
)
from voicebot.campaigns.retry import FINAL, ContactState, Next, Over, TryAgain
from voicebot.contact import History, Past


@dataclass
class Row:
    """A contact."""

    candidate: Candidate
    priority: int = 0
    state: ContactState = ContactState.WAITING
    reason: str = ""


@dataclass
class Attempt:
    """A dial."""

    row: Row
    dial: Dial
    placed_at: datetime
    ended: Ended | None = None
    has_call: bool = True


@dataclass
class FakeQueue:
    """As a database with one process; ``now`` is asked for the moment of a dial."""

    rows: dict[int, Row] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    states: dict[str, CampaignState] = field(default_factory=dict)
    blocked: Counter[str] = field(default_factory=Counter)
    notices: dict[str, list[Any]] = field(default_factory=dict)
    """What was noted of each campaign, one after the other."""

    def add(self, candidate: Candidate, priority: int = 0) -> Row:
        row = self.rows[candidate.contact_id] = Row(candidate, priority)
        self.states.setdefault(candidate.campaign, CampaignState.RUNNING)
        return row

    async def campaigns(self) -> list[Campaign]:
        return [
            Campaign(name, state, {}, datetime.min.replace(tzinfo=UTC))
            for name, state in sorted(self.states.items())
        ]

    async def claim(
        self, campaign: str, now: datetime, decide: Decide, hash_of: Callable[[str], str | None]
    ) -> Claim:
        blocked = Counter[str]()
        due = sorted(
            (row for row in self._open(campaign) if row.candidate.next_at <= now),
            key=lambda row: (not row.candidate.asked_for, -row.priority, row.candidate.next_at),
        )
        for row in due:
            if self._talks_already(row):
                continue
            match decide(row.candidate, self._history(row.candidate)):
                case Dial() as dial:
                    row.state = ContactState.CLAIMED
                    self.attempts[dial.attempt_id] = Attempt(row, dial, now)
                    self.blocked += blocked
                    return Claim((row.candidate, dial), blocked)
                case Postpone(until=until, reason=reason):
                    row.candidate, row.reason = replace(row.candidate, next_at=until), reason
                    blocked[reason] += 1
                case Close(state=state, reason=reason):
                    row.state, row.reason = state, reason
                    blocked[reason] += 1
        self.blocked += blocked
        return Claim(None, blocked)

    async def finish(self, ended: Ended, follow: Follow) -> Next | None:
        attempt = self.attempts[ended.attempt_id]
        if attempt.ended:
            return None
        attempt.ended, row, number = ended, attempt.row, attempt.dial.e164
        phones = tuple(
            after_attempt(phone, ended.disposition) if phone.e164 == number else phone
            for phone in row.candidate.phones
        )
        past = [
            (one.placed_at, one.ended.disposition)
            for one in self.attempts.values()
            if one.row is row and one.ended
        ]
        shown, tries = attempt.dial.caller_id, row.candidate.attempts + 1
        row.candidate = replace(row.candidate, phones=phones, attempts=tries, shown_before=shown)
        following = follow(Attempted(row.candidate, number, attempt.dial.trunk, past))
        match following:
            case TryAgain(at=at, phone=phone, other_than=other, asked_for=asked_for):
                row.state = ContactState.WAITING
                row.candidate = replace(
                    row.candidate, next_at=at, phone=phone, other_than_trunk=other, asked_for=asked_for
                )
            case Over(state=state, why=why):
                row.state, row.reason = state, why
        return following

    async def next_moment(self, campaign: str) -> datetime | None:
        return min((row.candidate.next_at for row in self._open(campaign)), default=None)

    async def open_contacts(self, campaign: str) -> int:
        rows = [row for row in self.rows.values() if row.candidate.campaign == campaign]
        return sum(row.state not in FINAL for row in rows)

    async def live_attempts(self, campaign: str) -> int:
        return sum(
            self._is_live(one) for one in self.attempts.values() if one.row.candidate.campaign == campaign
        )

    async def left_attempts(self, now: datetime, going_on: Collection[str]) -> list[LeftAttempt]:
        left = []
        for name, one in self.attempts.items():
            whose = one.row.candidate
            if self._is_live(one) and name not in going_on:
                left.append(
                    LeftAttempt(name, whose.campaign, whose.account_id, one.placed_at, one.has_call, None)
                )
        return left

    async def answers(self, campaign: str, since: datetime, recent: datetime) -> Answers:
        ended = [one.ended for one in self.attempts.values() if one.ended]
        humans = [one for one in ended if one.human]
        answered = sum(one.human is not False for one in ended)
        return Answers(len(ended), answered, len(humans), sum(one.abandoned for one in humans))

    async def shown_since(self, since: datetime) -> Mapping[str, int]:
        return Counter(one.dial.caller_id for one in self.attempts.values() if one.placed_at >= since)

    async def looked_after(self, campaign: str, at: datetime, notice: str | None) -> None:
        self.notices.setdefault(campaign, []).append(notice)

    async def set_state(self, campaign: str, state: CampaignState, *, was: CampaignState) -> bool:
        told = self.states[campaign] is was
        if told:
            self.states[campaign] = state
        return told

    def _open(self, campaign: str) -> list[Row]:
        return [
            row
            for row in self.rows.values()
            if row.candidate.campaign == campaign and row.state in (ContactState.WAITING, ContactState.DUE)
        ]

    @staticmethod
    def _is_live(attempt: Attempt) -> bool:
        return attempt.ended is None

    def _talks_already(self, row: Row) -> bool:
        person = row.candidate.person.person_id
        return any(
            self._is_live(one) and one.row.candidate.person.person_id == person
            for one in self.attempts.values()
        )

    def _history(self, candidate: Candidate) -> History:
        past = [
            Past(one.placed_at, debt=one.row.candidate.account_id)
            for one in self.attempts.values()
            if one.row.candidate.person.person_id == candidate.person.person_id
        ]
        return History(past, debt=candidate.account_id)
