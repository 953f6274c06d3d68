"""Does an answer keep the bounds of its slot? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from voicebot.dialogue.language.flow import Slot
from voicebot.dialogue.language.notation import Kind, MomentBound, MoneyBound, Name, Prompt
from voicebot.dialogue.language.quantity import quantity
from voicebot.dialogue.language.states import Assign
from voicebot.dialogue.language.values import Value, Values

MOMENTS = frozenset({Kind.DATE, Kind.TIME})
"""The kinds whose bounds are ``earliest`` and ``latest``."""


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
    ends = (slot.earliest, slot.latest) if slot.kind in MOMENTS else (slot.min, slot.max)
    low, high = (_bound(end, facts, today) for end in ends)
    return low, high


def assigned(state: Assign, slots: Mapping[Name, Slot], known: Mapping[str, Value], today: date) -> Values:
    """What ``state`` puts into slots, worked out of what is ``known`` before."""
    values = {name: quantity(source).value(known, today) for name, source in state.set.items()}
    counts = {name for name in values if slots[name].kind is Kind.NUMBER}
    return {name: int(str(value)) if name in counts else value for name, value in values.items()}


def _bound(bound: MoneyBound | MomentBound | None, facts: Mapping[str, Value], today: date) -> Value | None:
    if isinstance(bound, Decimal):
        return bound
    return quantity(bound).value(facts, today) if bound is not None else None
