"""Where a flow says something and where it leads: what lint, proofs and conversations agree on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, assert_never

from voicebot.dialogue.language.flow import Flow, Messages
from voicebot.dialogue.language.notation import BACK, Kind, Name, Prompt
from voicebot.dialogue.language.problems import Path
from voicebot.dialogue.language.prompts import is_template, looked_for_in, names_in
from voicebot.dialogue.language.states import (
    Ask,
    Assign,
    Choose,
    End,
    Listening,
    Note,
    ReadBack,
    Record,
    State,
    Tell,
    Transfer,
    Verify,
)


class Words(NamedTuple):
    """A prompt, where it is written, and which names it may use besides facts and slots."""

    path: Path
    prompt: Prompt
    extra: frozenset[str] = frozenset()
    heard: bool = True
    """Said to the caller; what is written for the human is not."""

    def names(self) -> frozenset[str]:
        """The facts and slots that it says, in any language."""
        return frozenset().union(*map(names_in, self.readable().values())) - self.extra

    def surely_named(self) -> frozenset[str]:
        """Those that must be known for it to be said."""
        texts = self.readable().values()
        return frozenset().union(*(names_in(text) - looked_for_in(text) for text in texts)) - self.extra

    def readable(self) -> Prompt:
        """Its texts without those that are no template: lint tells of them."""
        return {language: text for language, text in self.prompt.items() if is_template(text)}


class Exit(NamedTuple):
    """A way out of a state: to another one, or ``BACK``."""

    path: Path
    """Below the state."""
    label: str
    target: Name


AGAIN = frozenset({"again"})
TO_MACHINES = frozenset({"screening", "voicemail"})
"""The messages that nobody is asked again behind."""
LIMIT = frozenset({"limit", "again"})
LAST_WORDS = frozenset({"last_words"})
FOR_HUMANS = ("summary", "topic")
"""Prompts that the caller never hears."""
_EXTRAS = {"mismatch": AGAIN} | dict.fromkeys(FOR_HUMANS, LAST_WORDS)


def words_of(name: Name, state: State) -> Iterator[Words]:
    """The prompts that a state itself holds."""
    for key in _prompts_of(type(state)):
        prompt = getattr(state, key)
        if prompt is not None:
            yield Words(("states", name, key), prompt, _EXTRAS.get(key, frozenset()), key not in FOR_HUMANS)


@cache
def _prompts_of(kind: type[State]) -> tuple[str, ...]:
    """The prompts that such a state may have."""
    keys = ("say", "ask", "again", "keypad", "mismatch", "afterwards", *FOR_HUMANS)
    return tuple(key for key in keys if key in kind.model_fields)


def words_of_slot(flow: Flow, name: Name) -> Iterator[Words]:
    """What is said about an answer that the slot's bounds refuse, and how its options are said."""
    slot = flow.slots[name]
    for key, prompt in (("too_low", slot.too_low), ("too_high", slot.too_high)):
        if prompt is not None:
            yield Words(("slots", name, key), prompt, LIMIT)
    for option, choosable in slot.options.items():
        yield Words(("slots", name, "options", option, "say"), choosable.say)


def words_of_messages(flow: Flow) -> Iterator[Words]:
    """What is said in any state when an answer fails."""
    for key in Messages.model_fields:
        if prompt := getattr(flow.messages, key):
            yield Words(("messages", key), prompt, frozenset() if key in TO_MACHINES else AGAIN)


def slots_heard(state: State) -> tuple[Name, ...]:
    """The slots that an answer in ``state`` may fill."""
    match state:
        case Ask():
            return (state.collect, *state.also) if state.collect else state.also
        case ReadBack():
            return state.confirm
        case _:
            return ()


def slots_said_along(flow: Flow, target: Name) -> tuple[Name, ...]:
    """The slots of the question ``target`` that may be told with the words that lead to it from anywhere.

    A yes or a no belongs to the question that was open.
    """
    told = slots_heard(flow.states[target]) if isinstance(flow.states.get(target), Ask) else ()
    return tuple(name for name in told if flow.slots[name].kind is not Kind.YES_NO)


def refused(state: State) -> Name | None:
    """Where an answer beyond the bounds of its slot leads, if it is not asked for again."""
    return state.refused if isinstance(state, Ask | ReadBack) else None


def all_words(flow: Flow) -> Iterator[Words]:
    """Every prompt of a flow."""
    yield from words_of_messages(flow)
    for name in flow.slots:
        yield from words_of_slot(flow, name)
    for name, state in flow.states.items():
        yield from words_of(name, state)


def words_said(flow: Flow, name: Name) -> Iterator[Words]:
    """All that the caller may hear while ``name`` is the state: its own prompts and what it borrows."""
    state = flow.states[name]
    yield from (words for words in words_of(name, state) if words.heard)
    if isinstance(state, Listening):
        yield from words_of_messages(flow)
        for slot in () if refused(state) else slots_heard(state):
            yield from words_of_slot(flow, slot)


def exits(state: State) -> list[Exit]:
    """The ways out that a state itself names."""
    match state:
        case Tell() | Assign():
            return _exits(state, "then")
        case Ask():
            return [*_on(state), *_exits(state, "collected", "refused", "give_up", "when_silent")]
        case Verify():
            return [*_on(state), *_exits(state, "right", "wrong", "give_up", "when_silent")]
        case ReadBack():
            return [
                *_on(state),
                *_exits(state, "yes", "no", "corrected", "refused", "give_up", "when_silent"),
            ]
        case Record():
            return _exits(state, "whole", "part", "failed")
        case Note():
            return _exits(state, "then", "failed")
        case Transfer():
            return _exits(state, "failed")
        case Choose():
            options = enumerate(state.choose)
            ways = [Exit(("choose", n, "then"), option.when, option.then) for n, option in options]
            return [*ways, *_exits(state, "otherwise")]
        case End():
            return []
        case _:
            assert_never(state)


def first_question(flow: Flow) -> Listening | None:
    """The question that a call begins with, whatever is said before it."""
    ways = [flow.start]
    for name in ways:
        if isinstance(state := flow.states.get(name), Listening):
            return state
        ways += (way.target for way in exits(state) if way.target not in ways) if state else ()
    return None


def leads_back(flow: Flow, target: Name) -> bool:
    """Whether ``target`` is a digression: it may come back to the question without asking another."""
    seen: set[Name] = set()
    waiting = [target]
    while waiting:
        if (name := waiting.pop()) == BACK:
            return True
        if name not in seen and isinstance(state := flow.states[name], Tell | Assign | Choose):
            seen.add(name)
            waiting += [way.target for way in exits(state)]
    return False


def _exits(state: State, *keys: str) -> list[Exit]:
    targets = ((key, getattr(state, key)) for key in keys)
    return [Exit((key,), key, target) for key, target in targets if target is not None]


def _on(state: Listening) -> list[Exit]:
    return [Exit(("on", heard), heard, target) for heard, target in state.on.items()]
