"""Local hours as stretches of real time, exact where clocks are put forward or back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from voicebot.contact.week import EVERY_MINUTE, Slot, Week

Stretch = tuple[datetime, datetime]
"""Two instants of UTC, half-open."""

_DAY = timedelta(days=1)
_PROBE = timedelta(hours=6)
"""No zone ever changed its clock twice in so short a time."""
_LONGEST_CLOSED = 100
"""Days after which no opening is looked for any more."""


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone that IANA knows by a name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # the last for names of folders, such as America
        return None


def local_date(zone: ZoneInfo, at: datetime) -> date:
    """The day on the calendar of a zone."""
    return at.astimezone(zone).date()


class LocalHours:
    """Hours of the week by the clock of any zone, on days that are not closed."""

    def __init__(self, week: Week, closed: Callable[[date], bool] = lambda _: False) -> None:
        self.week = week
        self._closed = closed
        self._known: dict[tuple[str, date], tuple[Stretch, ...]] = {}

    def stretch(self, zone: ZoneInfo, at: datetime) -> Stretch | None:
        """The stretch that an instant lies in; ``None`` outside of the hours."""
        for opens, closes in self.on(zone, at.astimezone(zone).date()):
            if opens <= at < closes:
                return opens, closes
        return None

    def next_opening(self, zone: ZoneInfo, after: datetime) -> datetime | None:
        """The first instant in the hours after one that is not; ``None`` when there is none for months."""
        yesterday = local_date(zone, after) - _DAY
        for number in range(_LONGEST_CLOSED):
            day = yesterday + number * _DAY
            if any(opens > after for opens, _ in self.on(zone, day)):
                # Where midnight comes twice, a day begins before the one before it is over.
                both = (*self.on(zone, day), *self.on(zone, day + _DAY))
                return min(opens for opens, _ in both if opens > after)
        return None

    def on(self, zone: ZoneInfo, day: date) -> tuple[Stretch, ...]:
        """The stretches of a day."""
        key = (zone.key, day)
        known = self._known.get(key)
        if known is None:
            slots = () if self._closed(day) else self.week[day.weekday()]
            known = self._known[key] = tuple(_stretches(zone, day, slots)) if slots else ()
        return known


_EVERY_DAY = LocalHours(EVERY_MINUTE)


def day_begins(zone: ZoneInfo, day: date, after: datetime) -> datetime | None:
    """The first instant after another at which the calendar of a zone shows ``day``, or the next one where a
    zone left that out."""
    for number in range(3):
        if begins := [opens for opens, _ in _EVERY_DAY.on(zone, day + number * _DAY) if opens > after]:
            return min(begins)
    return None


def _stretches(zone: ZoneInfo, day: date, slots: Iterable[Slot]) -> Iterator[Stretch]:
    midnight = datetime.combine(day, time.min, UTC)
    for begins, ends, offset in _steady(zone, day):
        for opens, closes in slots:
            start = max(begins, midnight + timedelta(minutes=opens) - offset)
            end = min(ends, midnight + timedelta(minutes=closes) - offset)
            if start < end:
                yield start, end


@lru_cache(maxsize=65_536)
def _steady(zone: ZoneInfo, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The time around a day in pieces between which the clock is changed, each with its offset from UTC."""
    begins = datetime.combine(day, time.min, UTC) - 3 * _PROBE
    probes = [begins + number * _PROBE for number in range(11)]
    offsets = [_offset(zone, probe) for probe in probes]
    pieces = []
    for number, (before, after) in enumerate(pairwise(offsets)):
        if before != after:
            change = _change(zone, probes[number], probes[number + 1])
            pieces.append((begins, change, before))
            begins = change
    return (*pieces, (begins, probes[-1], offsets[-1]))


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the offset that holds at ``after``."""
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle == before:
            break
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None, "at has a time zone"
    return offset
