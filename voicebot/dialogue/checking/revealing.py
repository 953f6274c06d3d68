"""What a prompt reveals: the facts and slots that it says, and what is known with them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Set

from voicebot.dialogue.checking.wording import noted_words
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.places import Words, words_of, words_said
from voicebot.dialogue.language.problems import Path
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
        self.needed = {name: tuple(self._needed(name, flow)) for name in flow.states}
        """Where each state says slots that must be known for it, and which."""
        self.claimed = {name: tuple(self._claimed(name)) for name in flow.states}
        """Where each state calls something noted, and by which words."""
        copies = frozenset(_copies(flow))
        each = {words.path: words for said in self.said.values() for words in said}
        self._by = {path: _revealed(flow, words, copies) for path, words in each.items()}

    def by(self, words: Words) -> frozenset[Name]:
        """The facts and slots that the caller learns from a prompt, the limits of slots included."""
        return self._by[words.path]

    def _needed(self, name: Name, flow: Flow) -> Iterator[tuple[Path, frozenset[Name]]]:
        for_humans = (words for words in self.written[name] if not words.heard)
        for words in (*self.said[name], *for_humans):
            if slots := words.surely_named() & flow.slots.keys():
                yield words.path, slots

    def _claimed(self, name: Name) -> Iterator[tuple[Path, list[str]]]:
        for words in self.written[name]:
            for language, template in words.readable().items() if words.heard else ():
                if claims := noted_words(template, language):
                    yield (*words.path, language), claims


def _revealed(flow: Flow, words: Words, copies: Set[tuple[Name, Name]]) -> frozenset[Name]:
    said, before = words.names() | _limit_facts(flow, words), frozenset[Name]()
    while said != before:  # a slot may be worked out of one that is worked out of a fact
        before, said = said, said | {source for slot, source in copies if slot in said}
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
