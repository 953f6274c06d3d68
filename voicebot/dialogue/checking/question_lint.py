"""What is wrong with what a flow asks, and with the keys that answer. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.checking.names import BOUNDS
from voicebot.dialogue.expecting import always_heard, choice_keys, expects
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Kind, Name
from voicebot.dialogue.language.places import slots_heard
from voicebot.dialogue.language.problems import Fault, Path
from voicebot.dialogue.language.states import Ask, Listening, ReadBack, Verify
from voicebot.dialogue.understanding.meaning import Expect, Intent


def question_faults(flow: Flow) -> Iterator[Fault]:
    """Questions that cannot be answered, said or typed."""
    for name, state in flow.states.items():
        if isinstance(state, Ask):
            yield from _answerable(flow, name, state)
        if isinstance(state, Ask | ReadBack):
            yield from _refusable(flow, name, state)
        if isinstance(state, Listening) and state.keypad is None and _can_be_typed(flow, state):
            yield Fault(
                ("states", name), "has no 'keypad' prompt: whoever is not understood could not answer at all"
            )


def _answerable(flow: Flow, name: Name, state: Ask) -> Iterator[Fault]:
    here: Path = ("states", name)
    if state.collect and not state.collected:
        yield Fault((*here, "collect"), "needs 'collected' beside it: the state to go to with the answer")
    if state.collected and not state.collect:
        yield Fault((*here, "collected"), "needs 'collect' beside it: the slot to fill")
    if not state.collect and not state.on:
        yield Fault(here, "asks, but no answer leads anywhere: add 'on' or 'collect'")
    if Expect.YES_NO in state.expect:
        for intent in {Intent.YES, Intent.NO} - state.on.keys():
            yield Fault((*here, "on"), f"a yes_no question needs a target for {intent.value!r}")


def _refusable(flow: Flow, name: Name, state: Ask | ReadBack) -> Iterator[Fault]:
    slots = [flow.slots[slot] for slot in slots_heard(state)]
    if state.refused and not any(getattr(slot, key) is not None for slot in slots for key, _ in BOUNDS):
        yield Fault(
            ("states", name, "refused"), "no slot that is asked for here has bounds: nothing is refused"
        )


def _can_be_typed(flow: Flow, state: Listening) -> bool:
    assert isinstance(state, Ask | Verify | ReadBack)
    if isinstance(state, Ask) and state.collect and flow.slots[state.collect].kind is Kind.NAME:
        return bool(state.keys)  # nobody types a name
    if isinstance(state, Verify) or (isinstance(state, Ask) and state.collect is not None):
        return True
    return bool(choice_keys(state, flow))


def key_faults(flow: Flow) -> Iterator[Fault]:
    """Every key means something that is heard."""
    for key, intent in flow.keys.items():
        if intent not in flow.anywhere and intent not in always_heard(flow):
            yield Fault(("keys", key), f"{str(intent)!r} has no target in 'anywhere'")
    for name, state in flow.states.items():
        if isinstance(state, Ask | Verify | ReadBack):
            yes_no = {Intent.YES, Intent.NO} if Expect.YES_NO in expects(state, flow) else set()
            heard = {*state.on, *flow.anywhere, *flow.once_verified, *yes_no, *always_heard(flow)}
            for key, intent in state.keys.items():
                if intent not in heard:
                    yield Fault(("states", name, "keys", key), f"{str(intent)!r} leads nowhere in this state")
