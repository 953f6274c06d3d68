"""A campaign in virtual time: the real rules, pacing and retries, and people who are made of chance. Pure.

What decides is the code that decides on real calls: ``choosing.decide`` with ``may_contact``, ``pacing`` and
``retry``. Only the telephone network and the people are a model, ``Behaviour``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

import numpy as np

from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.choosing import Chances, decide
from voicebot.campaigns.law import Law
from voicebot.campaigns.ledger.pay_days import PayDays
from voicebot.campaigns.pacing import ADAPT_SECONDS, SOUND_SECONDS, Load, dials_now
from voicebot.campaigns.queue import Decision, Dial, Postpone
from voicebot.campaigns.retry import CallBack, ContactState, Outcome, TryAgain, after
from voicebot.campaigns.simulated.behaviour import Behaviour, Segment
from voicebot.campaigns.simulated.events import Agenda, Dialled
from voicebot.campaigns.simulated.held_back import HeldBack
from voicebot.campaigns.simulated.luck import Luck
from voicebot.campaigns.simulated.pace import Pace
from voicebot.campaigns.simulated.portfolio import Portfolio
from voicebot.campaigns.simulated.result import PROMISED, Simulated
from voicebot.campaigns.simulated.turns import Turns
from voicebot.contact import History
from voicebot.disposition import HUMANS, MACHINES, RIGHT_PARTY, Disposition

REMEMBERED: Final = 8
"""Attempts that are remembered beyond those that count, which carriers may make fail."""
_STATES: Final = tuple(ContactState)


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
        self._law = law
        self._start = start.astimezone(UTC)
        self._end = days * 86_400.0
        kept = settings.retry.attempts + REMEMBERED
        self.people = Portfolio(behaviour, segments, contacts, start, kept, np.random.default_rng(seed))
        """Everybody, and what was tried."""
        self._luck = Luck(behaviour, seed)
        self._turns = Turns([kind.members for kind in self.people.kinds])
        self._held_back = HeldBack(self.people.kind_of)
        self._agenda = Agenda()
        self._ringing = self._talking = 0
        self._shown: Counter[str] = Counter()
        self._shown_on: date | None = None
        self._over = np.zeros(contacts, np.uint8)
        self._reached = np.zeros(contacts, bool)
        self._zones = [self._law.zone(kind.person(""), kind.numbers[0]) for kind in self.people.kinds]
        self._pay_days = {segment.country: PayDays(segment.country) for segment in segments}
        self.result = Simulated(contacts, days, settings.lines)
        self._pace = Pace(settings.pacing, self.result)

    def run(self, on_progress: Callable[[float], None] = lambda share: None) -> Simulated:
        """Everything until the last day is over, or nobody is left; ``on_progress`` is told how far it is."""
        at, told = 0.0, 0.0
        while at < self._end:
            self._until(at)
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
        moments = [coming] if (coming := self._agenda.next_moment()) is not None else []
        if (due := self._turns.next_moment()) is not None and due > at:
            moments.append(due)
        elif due is not None and self._settings.pacing.mode == "predictive":
            moments.append(at + ADAPT_SECONDS)
        return max(min(moments, default=self._end), at + 0.001)

    def _until(self, at: float) -> None:
        for moment, dial in self._agenda.until(at):
            if dial.answers:
                self._picked_up(moment, dial)
            else:
                self._ended(moment, dial)

    # Dials

    def _dial(self, at: float) -> None:
        settings = self._settings
        load = Load(self._talking, self._ringing, settings.lines * 3, settings.lines * 3)
        many = dials_now(settings.lines, load, self._pace.level(at))
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
        now = self._now(at)
        local = self._local(contact, now)
        truth, reach = int(self.people.truth[contact, phone]), float(self.people.reach[contact])
        disposition = self._luck.comes_to(truth, reach, local)
        answers = disposition in HUMANS or disposition in MACHINES
        rings = self._luck.rings(disposition, self._settings.ring_seconds, answers=answers)
        self.result.dialled(now, local.date())
        self._ringing += 1
        self._agenda.put(at + rings, Dialled(contact, phone, e164, trunk, at, disposition, answers))

    def _picked_up(self, at: float, dial: Dialled) -> None:
        """There is a bot for every line of the campaign, and who finds them all talking is abandoned."""
        self._ringing -= 1
        disposition, human = dial.disposition, dial.disposition in HUMANS
        if self._talking < self._settings.lines:
            lasts = self._luck.lasts(disposition)
            self.result.talk_seconds += lasts if human else 0.0
        else:
            lasts = SOUND_SECONDS
            disposition = Disposition.ABANDONED if human else disposition
        self._talking += 1
        dial.picked_up(disposition)
        self._agenda.put(at + lasts, dial)

    # What follows

    def _ended(self, at: float, dial: Dialled) -> None:
        disposition, contact = dial.disposition, dial.contact
        self._note(at, dial)
        now, zone = self._now(at), self._zones[self.people.kind_of[contact]]
        outcome = Outcome(
            disposition, dial.e164, dial.trunk, now, call_back=self._call_back(disposition, now)
        )
        tried = self.people.tried_so_far(contact, now, zone)
        following = after(outcome, tried, self._settings.retry, zone)
        if disposition in PROMISED:
            self._promised(contact, now, zone)
        if isinstance(following, TryAgain):
            self.people.next_phone[contact] = self.people.number_of(contact, following.phone)
            self.people.asked[contact] = following.asked_for
            moment = (following.at - self._start).total_seconds()
            self._turns.put(contact, moment, asked_for=following.asked_for)
        elif not self._turns.waits(contact):
            self._over[contact] = _STATES.index(following.state) + 1

    def _note(self, at: float, dial: Dialled) -> None:
        disposition, contact = dial.disposition, dial.contact
        picked_up = disposition in HUMANS or disposition in MACHINES
        self._talking -= picked_up
        self._ringing -= not picked_up
        self._pace.ended(at, picked_up=picked_up)
        self.result.ended(disposition, at - dial.placed, picked_up=picked_up)
        if disposition in RIGHT_PARTY:
            self._reached[contact] = True
            self.result.talked(disposition, self._local(contact, self._now(at)).date())
        self.people.note(contact, dial.phone, dial.placed, disposition)

    def _call_back(self, disposition: Disposition, now: datetime) -> CallBack | None:
        """Whoever asks to be called back asks for this time of the next day."""
        return CallBack(now + timedelta(days=1)) if disposition is Disposition.RPC_CALLBACK else None

    def _promised(self, contact: int, now: datetime, zone: tzinfo) -> None:
        """Kept or broken, as far as that is known before the end; a broken one is followed up once."""
        days, kept = self._luck.days_to_pay(), self._luck.keeps()
        pay_days = self._pay_days[self.people.kinds[self.people.kind_of[contact]].segment.country]
        due = pay_days.on_or_after(now.astimezone(zone).date() + timedelta(days=days))
        over = datetime.combine(pay_days.after(due, 1) + timedelta(days=1), time(), zone)
        at = (over - self._start).total_seconds()
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
