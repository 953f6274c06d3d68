"""What is wrong with what slots hold: options, telephone numbers, divisions and plans of payment. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Kind, Name
from voicebot.dialogue.language.problems import Fault, Path, did_you_mean
from voicebot.dialogue.language.quantity import Quantity, quantity
from voicebot.dialogue.language.states import Assign, ReadBack, Record


def choice_faults(flow: Flow, name: Name) -> Iterator[Fault]:
    """Options that cannot be told apart, said or typed."""
    slot, here = flow.slots[name], ("slots", name)
    if slot.options and slot.kind is not Kind.CHOICE:
        yield Fault((*here, "options"), f"'options' is for choice, and this slot holds {slot.kind}")
    if slot.kind is Kind.CHOICE and len(slot.options) < 2:
        yield Fault(here, "a choice needs 'options' to choose from: two at least")
    keys = Counter(option.key for option in slot.options.values())
    for key, option in slot.options.items():
        at = (*here, "options", key)
        if any("{" in said for said in option.say.values()):
            yield Fault((*at, "say"), "an option is said in plain words, without {{ }}")
        if option.key is None and keys[None] < len(slot.options):
            yield Fault(at, "needs a 'key', as the other options have one")
        if option.key is not None and keys[option.key] > 1:
            yield Fault((*at, "key"), f"{option.key!r} is the key of another option too")


def phone_faults(flow: Flow) -> Iterator[Fault]:
    """Numbers of nobody knows which country."""
    phones = [name for name, slot in flow.slots.items() if slot.kind is Kind.PHONE]
    if phones and not flow.countries and "country" not in flow.facts:
        message = (
            "a telephone number needs to know its country: say 'countries', or add a text fact 'country'"
        )
        yield Fault(("slots", phones[0]), message)


def word_faults(flow: Flow, name: Name, of: Quantity, path: Path) -> Iterator[Fault]:
    """Words that ``name`` is never: no option of a choice, no yes and no no."""
    slot = flow.slots.get(name)
    if slot is None or not isinstance(of.literal, str):
        return
    words = {Kind.CHOICE: tuple(slot.options), Kind.YES_NO: ("yes", "no")}.get(slot.kind)
    if words is not None and of.literal not in words:
        yield Fault(path, f"{name!r} is never {of.literal!r}{did_you_mean(of.literal, words)}")


def divisor_faults(flow: Flow, of: Quantity, path: Path) -> Iterator[Fault]:
    """Numbers that divide, and may be none."""
    for name in of.divisors & flow.slots.keys():
        if not _starts_at_one(flow, name):
            yield Fault(path, f"divides by {name!r}, which may be 0: give the slot 'min: 1' or more")


def plan_faults(flow: Flow) -> Iterator[Fault]:
    """Instalments without bounds, and read-backs whose amount is out of date once it is corrected."""
    for name, state in flow.states.items():
        count = state.record_promise.instalments if isinstance(state, Record) else None
        if count and (not _starts_at_one(flow, count) or flow.slots[count].max is None):
            at = ("states", name, "record_promise", "instalments")
            yield Fault(at, f"{count!r} needs 'min: 1' or more, and a 'max': no plan is without end")
        if isinstance(state, ReadBack) and state.corrected is None:
            yield from _out_of_date(flow, name, state)


def _out_of_date(flow: Flow, name: Name, state: ReadBack) -> Iterator[Fault]:
    for slot, source in sorted(_worked_out(flow)):
        if {slot, source} <= set(state.confirm):
            message = (
                f"{slot!r} is worked out of {source!r}: say with 'corrected' where that is worked out anew"
            )
            yield Fault(("states", name), message)


def _worked_out(flow: Flow) -> set[tuple[Name, Name]]:
    assigning = [state for state in flow.states.values() if isinstance(state, Assign)]
    return {
        (slot, name)
        for state in assigning
        for slot, source in state.set.items()
        for name in quantity(source).names & flow.slots.keys()
    }


def _starts_at_one(flow: Flow, name: Name) -> bool:
    least = flow.slots[name].min
    return isinstance(least, Decimal) and least >= 1
