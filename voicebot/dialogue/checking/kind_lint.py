"""What is wrong with what is put into slots and compared: only what is of one kind goes together. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from decimal import Decimal

from voicebot.dialogue.checking.names import BOUNDS
from voicebot.dialogue.checking.slot_lint import choice_faults, divisor_faults, phone_faults, word_faults
from voicebot.dialogue.language.condition import Compared, atoms, condition
from voicebot.dialogue.language.flow import Flow, Slot
from voicebot.dialogue.language.notation import Kind, Name
from voicebot.dialogue.language.problems import Fault, Path
from voicebot.dialogue.language.quantity import TODAY, Quantity, quantity
from voicebot.dialogue.language.states import Assign, Choose

_TEXT = frozenset({Kind.TEXT, Kind.DIGITS, Kind.NAME, Kind.PHONE})
_WORDS = _TEXT | {Kind.YES_NO, Kind.CHOICE}
"""What a quoted word may be taken for."""


def slot_faults(flow: Flow) -> Iterator[Fault]:
    """Slots whose name is taken, or whose bounds and options do not suit what they hold."""
    money = [name for name, fact in flow.facts.items() if fact.kind is Kind.MONEY]
    if money and flow.facts.get("currency") is None:
        yield Fault(("facts", money[0]), "money needs a text fact 'currency' beside it, such as USD")
    for name in flow.facts.keys() & flow.slots.keys():
        yield Fault(("slots", name), f"{name!r} is a fact already: give the slot another name")
    for name, slot in flow.slots.items():
        for key, kinds in BOUNDS:
            if getattr(slot, key) is not None and slot.kind not in kinds:
                of = " and ".join(kinds)
                yield Fault(("slots", name, key), f"{key!r} is for {of}, and this slot holds {slot.kind}")
            elif isinstance(bound := getattr(slot, key), str) and (unlike := _other_kind(flow, slot, bound)):
                yield Fault(("slots", name, key), unlike)
        yield from choice_faults(flow, name)
    yield from phone_faults(flow)


def _other_kind(flow: Flow, slot: Slot, source: str) -> str:
    """How a quantity does not fit ``slot``, where it names nothing that would be told anyway."""
    of = quantity(source)
    kinds = _kinds(flow, of) if of.is_part or not of.names else {slot.kind}
    return (
        ""
        if slot.kind in kinds
        else f"{source} is {' or '.join(sorted(kinds))}, and this slot holds {slot.kind}"
    )


def comparison_faults(flow: Flow) -> Iterator[Fault]:
    """Only what is of one kind can be compared, or put into a slot."""
    for name, state in flow.states.items():
        for slot, source in state.set.items() if isinstance(state, Assign) else ():
            yield from _assignment(flow, slot, source, ("states", name, "set", slot))
    for name, state in flow.states.items():
        for number, option in enumerate(state.choose if isinstance(state, Choose) else ()):
            for atom in atoms(condition(option.when)):
                if isinstance(atom, Compared):
                    yield from _comparison(flow, atom, ("states", name, "choose", number, "when"))


def _assignment(flow: Flow, slot: Name, source: str, path: Path) -> Iterator[Fault]:
    of = quantity(source)
    if unlike := _other_kind(flow, flow.slots[slot], source):
        yield Fault(path, unlike)
    yield from word_faults(flow, slot, of, path)
    yield from divisor_faults(flow, of, path)


def _comparison(flow: Flow, compared: Compared, path: Path) -> Iterator[Fault]:
    left, right = compared.left, compared.right
    if kinds := _unlike(flow, compared):
        yield Fault(path, f"compares {' with '.join(kinds)}")
    yield from word_faults(flow, left.name, right, path)
    yield from word_faults(flow, right.name, left, path)
    yield from divisor_faults(flow, left, path)
    yield from divisor_faults(flow, right, path)


def _unlike(flow: Flow, compared: Compared) -> tuple[Kind, ...]:
    """The kinds of both sides where they differ; what is written in letters and digits is text."""
    left, right = (_kinds(flow, side) for side in (compared.left, compared.right))
    both = left | _TEXT if left & _TEXT else left
    return () if both & right else (min(left), min(right))


def _kinds(flow: Flow, side: Quantity) -> frozenset[Kind]:
    """What a quantity may be taken for."""
    if side.is_part:
        return frozenset({Kind.MONEY})
    if side.name:
        return frozenset({Kind.DATE if side.name == TODAY else (flow.facts | flow.slots)[side.name].kind})
    if isinstance(side.literal, Decimal):
        return frozenset({Kind.MONEY, Kind.NUMBER})
    return frozenset({Kind.TIME}) if isinstance(side.literal, time) else _WORDS
