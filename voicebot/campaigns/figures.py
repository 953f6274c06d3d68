"""Figures of now by which the dialer paces itself, each asked for as often as it is worth."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Final

import structlog

from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.choosing import start_of_day
from voicebot.campaigns.lines import Door
from voicebot.campaigns.pacing import (
    ADAPT_SECONDS,
    Answers,
    Level,
    Queue,
    QueueLimits,
    adapted,
    people_are_there,
)
from voicebot.campaigns.queue import ContactQueue

RECENT: Final = timedelta(minutes=15)
"""Dials that tell the answer rate of now."""
ABANDON_PERIOD: Final = timedelta(days=30)
"""Human answers that tell the abandon share."""
PEOPLE_SECONDS: Final = 1.0
"""For which it is known how a queue of people is doing."""

log = structlog.get_logger(__name__)


class Every:
    """Tells when it is time for something again, by the loop's clock."""

    __slots__ = ("_last", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = float("-inf")

    def is_due(self) -> bool:
        """Whether the seconds have passed; if so, it is taken to be done now."""
        time = asyncio.get_running_loop().time()
        if time - self._last < self._seconds:
            return False
        self._last = time
        return True


@dataclass(slots=True)
class _Pace:
    level: Level = field(default_factory=Level)
    answers: Answers = field(default_factory=Answers)
    count: Every = field(default_factory=lambda: Every(ADAPT_SECONDS))


@dataclass(slots=True)
class _People:
    seen: Queue | None = None
    ask: Every = field(default_factory=lambda: Every(PEOPLE_SECONDS))


class Figures:
    """What the database and Asterisk tell of dials, answers and people. Nothing is counted in memory that a
    process which starts now would not find on disk."""

    def __init__(self, queue: ContactQueue, door: Door, now: Callable[[], datetime]) -> None:
        self._queue = queue
        self._door = door
        self._now = now
        self._paces: dict[str, _Pace] = {}
        self._people: dict[str, _People] = {}
        self._short: dict[str, str | None] = {}
        self._shown = Counter[str]()
        self._day: datetime | None = None
        self._count_shown = Every(ADAPT_SECONDS)

    async def level(self, campaign: str, settings: CampaignSettings) -> Level:
        """How far dials run ahead of answers."""
        if settings.pacing.mode == "progressive":
            return Level()
        now, pace = self._now(), self._paces.setdefault(campaign, _Pace())
        if pace.count.is_due():
            pace.answers = await self._queue.answers(campaign, now - ABANDON_PERIOD, now - RECENT)
        time = asyncio.get_running_loop().time()
        pace.level = adapted(pace.level, settings.pacing, pace.answers, time)
        return pace.level

    async def shown_today(self) -> Counter[str]:
        """Calls of the day by caller id; those of other processes as of the last count."""
        day = start_of_day(self._now())
        if self._count_shown.is_due() or day != self._day:
            self._day, self._shown = day, Counter(await self._queue.shown_since(day))
        return self._shown

    async def people_short(self, campaign: str, limits: QueueLimits | None) -> str | None:
        """Why willing callers cannot be passed on, where the campaign minds; a change is told."""
        if limits is None:
            return None
        people = self._people.setdefault(limits.name, _People())
        if people.ask.is_due():
            people.seen = await self._door.people(limits.name)
        short = None if people_are_there(limits, people.seen) else _short(limits.name, people.seen)
        if short != self._short.get(campaign):
            log.info("people_are_short" if short else "people_are_back", campaign=campaign, why=short)
        self._short[campaign] = short
        return short


def _short(name: str, seen: Queue | None) -> str:
    """As a sentence that stays the same while nothing is better."""
    if seen is None:
        return f"Asterisk knows no queue {name}, or does not tell of it: is it in queues.conf?"
    if seen.wait_seconds == inf:
        return f"nobody is at work in queue {name}"
    return f"people are short in queue {name}: too few are free, or a caller would wait too long"
