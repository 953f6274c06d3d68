"""Hours of the week as people write them: ``mon-fri: 08:00-21:00``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_DAY: Final = (0, 24 * 60)

Slot = tuple[int, int]
"""Minutes since local midnight, half-open."""
Week = tuple[tuple[Slot, ...], ...]
"""The slots of each day, Monday first, in order and apart from one another."""

EVERY_MINUTE: Final[Week] = ((WHOLE_DAY,),) * 7
DAYS_PATTERN: Final = rf"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$"
SLOT_PATTERN: Final = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"


def days_of(text: str) -> range:
    """``mon-fri`` as days, Monday being 0.

    Raises:
        ValueError: it is none, or runs backwards.
    """
    if not re.match(DAYS_PATTERN, text):
        raise ValueError(f"{text!r} is no day: write {', '.join(DAYS)}, or two of them as mon-fri")
    first, _, last = text.partition("-")
    days = range(DAYS.index(first), DAYS.index(last or first) + 1)
    if not days:
        raise ValueError(f"{text!r} runs backwards: the week begins with mon")
    return days


def slot_of(text: str) -> Slot:
    """``08:00-21:00`` as minutes; the end itself is not in it.

    Raises:
        ValueError: it is none, or does not end after it begins.
    """
    if not re.match(SLOT_PATTERN, text):
        raise ValueError(f"{text!r} are no hours: write them as 08:00-21:00, by the clock of 24 hours")
    opens, closes = map(_minutes, text.split("-"))
    if opens >= closes:
        raise ValueError(f"{text!r} ends before it begins: hours past midnight are two, as 22:00-24:00")
    return opens, closes


def week_of(windows: Mapping[str, Iterable[str]]) -> Week:
    """The whole week; a day that is not named has no hours.

    Raises:
        ValueError: a day is named twice, or something in it is not written as it should be.
    """
    week: dict[int, tuple[Slot, ...]] = {}
    for days, hours in windows.items():
        for day in days_of(days):
            if day in week:
                raise ValueError(f"{DAYS[day]} is written twice: keep one")
            week[day] = _joined(slot_of(one) for one in hours)
    return tuple(week.get(day, ()) for day in range(7))


@lru_cache(maxsize=4096)
def stated(texts: tuple[str, ...]) -> Week:
    """Times as a person states them: ``mon-fri 09:00-17:00``, ``sat-sun``, ``00:00-10:00``, in any number.

    Raises:
        ValueError: one of them is not written so.
    """
    week: list[list[Slot]] = [[] for _ in DAYS]
    for text in texts:
        days, slot = _stated(text.split())
        for day in days:
            week[day].append(slot)
    return tuple(_joined(slots) for slots in week)


def both(one: Week, other: Week) -> Week:
    """The hours that lie in both weeks."""
    return tuple(tuple(_common(mine, yours)) for mine, yours in zip(one, other, strict=True))


def told(slots: Iterable[Slot]) -> str:
    """``08:00-12:00, 14:00-18:00``."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in slots)


def _stated(words: list[str]) -> tuple[range, Slot]:
    match words:
        case [days, hours]:
            return days_of(days), slot_of(hours)
        case [one] if ":" in one:
            return range(7), slot_of(one)
        case [one]:
            return days_of(one), WHOLE_DAY
        case _:
            raise ValueError(
                f"{' '.join(words)!r} is no time: write mon-fri 09:00-17:00, sat, or 00:00-10:00"
            )


def _joined(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    joined: list[Slot] = []
    for opens, closes in sorted(slots):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _common(mine: Iterable[Slot], yours: tuple[Slot, ...]) -> Iterable[Slot]:
    for opens, closes in mine:
        for start, end in yours:
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
