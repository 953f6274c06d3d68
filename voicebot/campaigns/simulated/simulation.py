"""A campaign in virtual time: the real rules, pacing and retries, and people who are made of chance. Pure.

What decides is the code that decides on real calls: ``choosing.decide`` with ``may_contact``, ``pacing`` and
``retry``. Only the telephone network and the people are a model, ``Behaviour``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import heappop, heappush
from itertools import accumulate
from random import Random
from typing import Final

import numpy as np

from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.choosing import Chances, decide
from voicebot.campaigns.law import Law
from voicebot.campaigns.ledger.pay_days import PayDays
from voicebot.campaigns.pacing import (
    ADAPT_SECONDS,
    SOUND_SECONDS,
    Answers,
    Level,
    Load,
    adapted,
    dials_now,
)
from voicebot.campaigns.queue import Decision, Dial, Postpone
from voicebot.campaigns.reporting.facts import HUMANS, MACHINES, RIGHT_PARTY
from voicebot.campaigns.retry import CallBack, ContactState, Outcome, TryAgain, after
from voicebot.campaigns.simulated.behaviour import Behaviour, Segment
from voicebot.campaigns.simulated.held_back import HeldBack
from voicebot.campaigns.simulated.portfolio import INVALID, WRONG, Portfolio
from voicebot.campaigns.simulated.turns import Turns
from voicebot.contact import History
from voicebot.disposition import Disposition

REMEMBERED: Final = 8
"""Attempts that are remembered beyond those that count, which carriers may make fail."""
_PROMISES: Final = frozenset({Disposition.RPC_PROMISE, Disposition.RPC_PARTIAL_PROMISE})
_LONG: Final = _PROMISES | {Disposition.RPC_NEGOTIATE_XFER}
_DEFAULT_ID: Final = "simulated"


@dataclass(slots=True)
class Simulated:
    """What a simulation came to."""

    contacts: int
    days: int
    lines: int
    dials: int = 0
    answered: int = 0
    humans: int = 0
    abandoned: int = 0
    right_party: int = 0
    """Conversations with the verified person."""
    reached: int = 0
    """Contacts with one."""
    promises: int = 0
    kept: int = 0
    broken: int = 0
    followed_up: int = 0
    opt_outs: int = 0
    line_seconds: float = 0.0
    """From dial to the end, all lines together."""
    talk_seconds: float = 0.0
    """Of these, with people."""
    busy_until: datetime | None = None
    """The last dial."""
    blocks: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    """Contacts by what has become of them."""
    dispositions: Counter[str] = field(default_factory=Counter)
    by_day: Counter[tuple[date, str]] = field(default_factory=Counter)
    """``dials``, ``contacts`` and ``promises`` by day."""

    @property
    def abandon_rate(self) -> float:
        """Of people who answered."""
        return self.abandoned / self.humans if self.humans else 0.0


@dataclass(order=True, slots=True)
class _Event:
    at: float
    number: int
    """Events of one moment come in the order in which they were made."""
    contact: int = field(compare=False)
    phone: int = field(compare=False)
    e164: str = field(compare=False)
    trunk: str = field(compare=False)
    placed: float = field(compare=False)
    disposition: Disposition = field(compare=False)
    answers: bool = field(compare=False)
    """Somebody or something picks up now; else it is over."""


class Simulation:
    """One campaign, from its start to the last day."""

    def __init__(
        self,
        settings: CampaignSettings,
        behaviour: Behaviour,
        law: Law,
        segments: tuple[Segment, ...],
        *,
        contacts: int,
        days: int,
        start: datetime,
        seed: int = 1,
    ) -> None:
        """``settings`` must have what dialling needs; ``start`` has a time zone."""
        self._settings = settings
        self._behaviour = behaviour
        self._law = law
        self._start = start.astimezone(UTC)
        self._end = days * 86_400.0
        self._random = Random(seed)
        kept = settings.retry.attempts + REMEMBERED
        rng = np.random.default_rng(seed)
        self.people = Portfolio(behaviour, segments, contacts, start, kept, rng)
        """Everybody, and what was tried."""
        self._turns = Turns([kind.members for kind in self.people.kinds])
        self._held_back = HeldBack(self.people.kind_of)
        self._events: list[_Event] = []
        self._number = 0
        self._ringing = self._talking = 0
        self._level, self._adapted_at = Level(), float("-inf")
        self._recent: list[tuple[float, bool, bool, bool]] = []
        self._shown: Counter[str] = Counter()
        self._shown_on: date | None = None
        self._over = np.zeros(contacts, np.uint8)
        self._reached = np.zeros(contacts, bool)
        self._zones = [self._law.zone(kind.person(""), kind.numbers[0]) for kind in self.people.kinds]
        self._pay_days = {segment.country: PayDays(segment.country) for segment in segments}
        outcomes = behaviour.outcomes
        self._outcomes, self._weights = list(outcomes), list(accumulate(outcomes.values()))
        self.result = Simulated(contacts, days, settings.lines)

    def run(self, on_progress: Callable[[float], None] = lambda share: None) -> Simulated:
        """Everything until the last day is over, or nobody is left; ``on_progress`` is told how far it is."""
        at, told = 0.0, 0.0
        while at < self._end:
            self._until(at)
            self._adapt(at)
            self._dial(at)
            at = self._next(at)
            if at - told >= 3600:
                told = at
                on_progress(min(1.0, at / self._end))
        self._count()
        on_progress(1.0)
        return self.result

    # Time

    def _now(self, at: float) -> datetime:
        return self._start + timedelta(seconds=at)

    def _next(self, at: float) -> float:
        """When something happens."""
        moments = [self._events[0].at] if self._events else []
        if (due := self._turns.next_moment()) is not None and due > at:
            moments.append(due)
        elif due is not None and self._settings.pacing.mode == "predictive":
            moments.append(at + ADAPT_SECONDS)
        return max(min(moments, default=self._end), at + 0.001)

    def _until(self, at: float) -> None:
        while self._events and self._events[0].at <= at:
            event = heappop(self._events)
            if event.answers:
                self._picked_up(event)
            else:
                self._ended(event)

    # Dials

    def _adapt(self, at: float) -> None:
        if self._settings.pacing.mode == "progressive" or at - self._adapted_at < ADAPT_SECONDS:
            return
        self._adapted_at = at
        self._recent = [one for one in self._recent if one[0] > at - 900]
        result = self.result
        answers = Answers(
            dialled=len(self._recent),
            answered=sum(one[1] for one in self._recent),
            humans=result.humans,
            abandoned=result.abandoned,
        )
        self._level = adapted(self._level, self._settings.pacing, answers, at)

    def _dial(self, at: float) -> None:
        settings = self._settings
        load = Load(self._talking, self._ringing, settings.lines * 3, settings.lines * 3)
        many = dials_now(settings.lines, load, self._level)
        if not many or not self._turns.due(at):
            return
        now = self._now(at)
        if self._shown_on != now.date():
            self._shown_on, self._shown = now.date(), Counter()
        may_call = self._law.at(now, settings.contact)
        chances = Chances(settings, now, settings.trunks or ("",), self._shown, may_call)
        for _ in range(many):
            if not self._claim(at, chances):
                return

    def _claim(self, at: float, chances: Chances) -> bool:
        """Dial whoever goes first; those whom the rules hold back on the way wait, or are over."""
        while (turn := self._turns.take(at)) is not None:
            contact = turn.contact
            match self._held_back.known(contact, chances.now) or self._decided(contact, chances):
                case Dial(e164=e164, trunk=trunk, caller_id=caller_id):
                    turn.used()
                    self._place(contact, e164, trunk, caller_id, at)
                    return True
                case Postpone(until=until, reason=reason):
                    moment = (until - self._start).total_seconds()
                    self.result.blocks[reason] += turn.postpone(moment)
                case close:
                    gone = turn.close()
                    self.result.blocks[close.reason] += len(gone)
                    self._over[gone] = _STATES.index(close.state) + 1
        return False

    def _decided(self, contact: int, chances: Chances) -> Decision:
        before = int(self.people.shown[contact])
        shown = self._settings.caller_ids[before - 1].number if before else None
        candidate = self.people.candidate(contact, chances.now, shown)
        history = self.people.history(contact) if self.people.tried[contact] else History()
        decision = decide(candidate, history, chances, "")
        if isinstance(decision, Postpone):
            self._held_back.postponed(contact, chances.now, decision)
        return decision

    def _place(self, contact: int, e164: str, trunk: str, caller_id: str, at: float) -> None:
        self._held_back.dialled(contact)
        self._shown[caller_id] += 1
        ids = [one.number for one in self._settings.caller_ids]
        self.people.shown[contact] = ids.index(caller_id) + 1
        phone = self.people.number_of(contact, e164)
        disposition = self._comes_to(contact, phone, at)
        answers = disposition in HUMANS or disposition in MACHINES
        rings = self._rings(disposition, answers)
        self.result.dials += 1
        self.result.busy_until = now = self._now(at)
        self.result.by_day[self._local(contact, now).date(), "dials"] += 1
        self._ringing += 1
        self._push(_Event(at + rings, 0, contact, phone, e164, trunk, at, disposition, answers))

    def _push(self, event: _Event) -> None:
        self._number += 1
        event.number = self._number
        heappush(self._events, event)

    # What people do

    def _comes_to(self, contact: int, phone: int, at: float) -> Disposition:
        model, chance = self._behaviour, self._random.random
        truth = int(self.people.truth[contact, phone])
        if truth == INVALID:
            return Disposition.SIT_INVALID
        local = self._local(contact, self._now(at))
        answers = (
            model.answer[local.hour] * model.weekdays[local.weekday()] * float(self.people.reach[contact])
        )
        if chance() < min(answers, 0.95):
            return Disposition.WRONG_PARTY if truth == WRONG else self._with_person()
        return self._without_person()

    def _with_person(self) -> Disposition:
        model, chance = self._behaviour, self._random.random
        if chance() < model.right_party:
            return self._random.choices(self._outcomes, cum_weights=self._weights)[0]
        return Disposition.THIRD_PARTY if chance() < model.third_party else Disposition.HUMAN_NO_RPC

    def _without_person(self) -> Disposition:
        model, luck = self._behaviour, self._random.random()
        for share, disposition in (
            (model.machine, Disposition.MACHINE),
            (model.busy, Disposition.BUSY),
            (model.rejected, Disposition.REJECTED),
            (model.unreachable, Disposition.UNREACHABLE),
            (model.carrier_error, Disposition.CARRIER_ERROR),
        ):
            if luck < share:
                return disposition
            luck -= share
        return Disposition.NO_ANSWER

    def _rings(self, disposition: Disposition, answers: bool) -> float:
        if disposition is Disposition.NO_ANSWER:
            return self._settings.ring_seconds
        mean = self._behaviour.seconds.rings if answers else 3.0
        return min(self._settings.ring_seconds, self._around(mean))

    def _around(self, mean: float) -> float:
        return max(0.5, mean * (0.5 + self._random.random()))

    def _picked_up(self, event: _Event) -> None:
        """There is a bot for every line of the campaign, and who finds them all talking is abandoned."""
        self._ringing -= 1
        seconds = self._behaviour.seconds
        disposition = event.disposition
        human = disposition in HUMANS
        if self._talking >= self._settings.lines:
            if human:
                disposition = Disposition.ABANDONED
            lasts = SOUND_SECONDS
        elif not human:
            lasts = self._around(seconds.machine)
        elif disposition in _LONG:
            lasts = self._around(seconds.promise)
        else:
            lasts = self._around(seconds.talk if disposition in RIGHT_PARTY else seconds.other)
        self._talking += 1
        if human and disposition is not Disposition.ABANDONED:
            self.result.talk_seconds += lasts
        where = event.contact, event.phone, event.e164, event.trunk, event.placed
        self._push(_Event(event.at + lasts, 0, *where, disposition, answers=False))

    # What follows

    def _ended(self, event: _Event) -> None:
        disposition, contact = event.disposition, event.contact
        picked_up = disposition in HUMANS or disposition in MACHINES
        if picked_up:
            self._talking -= 1
        else:
            self._ringing -= 1
        self._note(event, picked_up)
        self.people.note(contact, event.phone, event.placed, disposition)
        now, zone = self._now(event.at), self._zones[self.people.kind_of[contact]]
        outcome = Outcome(
            disposition, event.e164, event.trunk, now, call_back=self._call_back(disposition, now)
        )
        tried = self.people.tried_so_far(contact, now, zone)
        following = after(outcome, tried, self._settings.retry, zone)
        if disposition in _PROMISES:
            self._promised(contact, now, zone)
        if isinstance(following, TryAgain):
            self.people.next_phone[contact] = self.people.number_of(contact, following.phone)
            self.people.asked[contact] = following.asked_for
            moment = (following.at - self._start).total_seconds()
            self._turns.put(contact, moment, asked_for=following.asked_for)
        elif not self._turns.waits(contact):
            self._over[contact] = _STATES.index(following.state) + 1

    def _note(self, event: _Event, picked_up: bool) -> None:
        result, disposition = self.result, event.disposition
        human = disposition in HUMANS
        result.answered += picked_up
        result.humans += human
        result.abandoned += disposition is Disposition.ABANDONED
        result.dispositions[disposition] += 1
        result.line_seconds += event.at - event.placed
        result.opt_outs += disposition is Disposition.DNC
        if self._settings.pacing.mode == "predictive":
            self._recent.append((event.at, picked_up, human, disposition is Disposition.ABANDONED))
        if disposition in RIGHT_PARTY:
            result.right_party += 1
            self._reached[event.contact] = True
            day = self._local(event.contact, self._now(event.at)).date()
            result.by_day[day, "contacts"] += 1
            if disposition in _PROMISES:
                result.promises += 1
                result.by_day[day, "promises"] += 1

    def _call_back(self, disposition: Disposition, now: datetime) -> CallBack | None:
        """Whoever asks to be called back asks for this time of the next day."""
        return CallBack(now + timedelta(days=1)) if disposition is Disposition.RPC_CALLBACK else None

    def _promised(self, contact: int, now: datetime, zone: tzinfo) -> None:
        """Kept or broken, as far as that is known before the end; a broken one is followed up once."""
        days = (
            round(self._random.expovariate(1 / self._behaviour.days_to_pay))
            if self._behaviour.days_to_pay
            else 0
        )
        pay_days = self._pay_days[self.people.kinds[self.people.kind_of[contact]].segment.country]
        due = pay_days.on_or_after(now.astimezone(zone).date() + timedelta(days=days))
        over = datetime.combine(pay_days.after(due, 1) + timedelta(days=1), time(), zone)
        at = (over - self._start).total_seconds()
        kept = self._random.random() < self._behaviour.kept
        if at >= self._end:
            return
        self.result.kept += kept
        self.result.broken += not kept
        if not kept and self._settings.follow_up is not None:
            self.result.followed_up += 1
            self._turns.put(contact, at)

    def _local(self, contact: int, now: datetime) -> datetime:
        return now.astimezone(self._zones[self.people.kind_of[contact]])

    def _count(self) -> None:
        self.result.reached = int(self._reached.sum())
        many = np.bincount(self._over, minlength=len(_STATES) + 1).tolist()
        self.result.states["never called"] = int(((self._over == 0) & (self.people.tried == 0)).sum())
        self.result.states["to be called again"] = many[0] - self.result.states["never called"]
        for state, counted in zip(_STATES, many[1:], strict=True):
            if counted:
                self.result.states[state] = counted


_STATES: Final = tuple(ContactState)
