"""Does an answer keep the bounds of its slot? Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from voicebot.dialogue.facts import Value
from voicebot.dialogue.flow import Slot
from voicebot.dialogue.notation import DateBound, Kind, MoneyBound, Prompt

_OFFSET = re.compile(r"^(\w+?) *(?:([+-]) *(\d+) days?)?$")


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """Why an answer cannot be taken."""

    prompt: Prompt | None
    """What the slot says about it; may name ``limit``."""
    limit: Value


def out_of_bounds(slot: Slot, value: Value, facts: Mapping[str, Value], *, today: date) -> OutOfBounds | None:
    """The bound that ``value`` breaks, or ``None`` when it is welcome."""
    low, high = bounds(slot, facts, today=today)
    if low is not None and value < low:  # type: ignore[operator]  # a slot's bounds have its own kind
        return OutOfBounds(slot.too_low, low)
    if high is not None and value > high:  # type: ignore[operator]
        return OutOfBounds(slot.too_high, high)
    return None


def bounds(slot: Slot, facts: Mapping[str, Value], *, today: date) -> tuple[Value | None, Value | None]:
    """The lowest and the highest value that ``slot`` takes."""
    if slot.kind is Kind.DATE:
        return _day(slot.earliest, facts, today), _day(slot.latest, facts, today)
    return _money(slot.min, facts), _money(slot.max, facts)


def _money(bound: MoneyBound | None, facts: Mapping[str, Value]) -> Value | None:
    return facts[bound] if isinstance(bound, str) else bound


def _day(bound: DateBound | None, facts: Mapping[str, Value], today: date) -> date | None:
    if bound is None:
        return None
    name, days = read_date_bound(bound)
    start = today if name == "today" else facts[name]
    assert isinstance(start, date)
    return start + timedelta(days=days)


def read_date_bound(bound: DateBound) -> tuple[str, int]:
    """``today + 30 days`` as a name and a number of days."""
    parts = _OFFSET.match(bound)
    assert parts is not None, bound
    name, sign, days = parts.groups()
    return name, int(f"{sign or '+'}{days or 0}")
