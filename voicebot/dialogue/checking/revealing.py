"""What a prompt reveals: the facts and slots that it says, and what is known with them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.places import Words, words_of, words_said
from voicebot.dialogue.language.quantity import quantity
from voicebot.dialogue.language.states import Assign, Verify


class Revealed:
    """What the prompts of one flow say and reveal, looked up once for all the paths through it."""

    def __init__(self, flow: Flow) -> None:
        self.private = frozenset(name for name, fact in flow.facts.items() if fact.private)
        """The facts that reveal the debt."""
        self.verifying = frozenset(
            state.verify for state in flow.states.values() if isinstance(state, Verify)
        )
        """The facts that tell the right party."""
        self.said = {name: tuple(words_said(flow, name)) for name in flow.states}
        """All that the caller may hear in each state."""
        self.written = {name: tuple(words_of(name, state)) for name, state in flow.states.items()}
        """The prompts that each state itself holds, those for humans too."""
        self._flow = flow
        self._copies = frozenset(_copies(flow))

    def by(self, words: Words) -> frozenset[Name]:
        """The facts and slots that a prompt says, the limits of slots included."""
        said, before = words.names() | _limit_facts(self._flow, words), frozenset[Name]()
        while said != before:  # a slot may be worked out of one that is worked out of a fact
            before, said = said, said | {source for slot, source in self._copies if slot in said}
        return said


def _copies(flow: Flow) -> Iterator[tuple[Name, Name]]:
    """Slots, each with a fact or slot that it may be worked out of: by a state, or by "all of it"."""
    for state in flow.states.values():
        for target, source in state.set.items() if isinstance(state, Assign) else ():
            yield from ((target, name) for name in quantity(source).names)
    for name, slot in flow.slots.items():
        if isinstance(slot.max, str):
            yield from ((name, fact) for fact in quantity(slot.max).names)


def _limit_facts(flow: Flow, words: Words) -> frozenset[Name]:
    section, name, key = (*words.path, "", "")[:3]
    if section != "slots":
        return frozenset()
    slot = flow.slots[str(name)]
    low, high = (slot.min, slot.earliest), (slot.max, slot.latest)
    bounds = [bound for bound in (low if key == "too_low" else high) if isinstance(bound, str)]
    limit = any("limit" in Words((), {"": text}).names() for text in words.prompt.values())
    return frozenset().union(*(quantity(bound).names for bound in bounds)) if limit else frozenset()
