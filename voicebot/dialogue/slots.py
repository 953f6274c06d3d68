"""Does an answer keep the bounds of its slot? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from voicebot.dialogue.flow import Slot
from voicebot.dialogue.notation import DateBound, Kind, MoneyBound, Prompt
from voicebot.dialogue.quantity import quantity
from voicebot.dialogue.values import Value


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
        return _bound(slot.earliest, facts, today), _bound(slot.latest, facts, today)
    return _bound(slot.min, facts, today), _bound(slot.max, facts, today)


def _bound(bound: MoneyBound | DateBound | None, facts: Mapping[str, Value], today: date) -> Value | None:
    return quantity(bound).value(facts, today) if isinstance(bound, str) else bound
