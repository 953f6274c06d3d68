"""The rule that what cannot be saved is told to a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.places import exits
from voicebot.dialogue.language.problems import Fault
from voicebot.dialogue.language.states import Assign, Choose, End, Note, Tell, Transfer
from voicebot.disposition import RequestKind

_FOR_A_PERSON = frozenset(
    {
        RequestKind.ATTORNEY,
        RequestKind.BANKRUPTCY,
        RequestKind.COMPLAINT,
        RequestKind.DISPUTE,
        RequestKind.PAYMENT_CHECK,
    }
)
"""Requests that somebody's rights hang on: were they forgotten, the next call would collect all the same."""


def unsaved_reaches_a_person(flow: Flow) -> Iterator[Fault]:
    """Where a flow hands callers to people, what the disk does not keep is for them before the call ends."""
    if not any(isinstance(state, Transfer) for state in flow.states.values()):
        return
    for name, state in flow.states.items():
        if isinstance(state, Note) and state.request in _FOR_A_PERSON:
            for end in _silent_ends(flow, state.failed):
                message = (
                    f"{state.request.value!r} that cannot be saved ends the call at {end!r}, and nobody "
                    "knows of it: let 'failed' lead to a 'hand_off' first"
                )
                yield Fault(("states", name, "failed"), message)


def _silent_ends(flow: Flow, name: Name) -> Iterator[Name]:
    """The ends that are come to from ``name`` without a question, and without a person being asked for."""
    ways = [name]
    for name in ways:
        state = flow.states.get(name)  # `back` is none
        if isinstance(state, End):
            yield name
        onward = exits(state) if isinstance(state, Tell | Assign | Note | Choose) else []
        ways += dict.fromkeys(way.target for way in onward if way.target not in ways)
