"""Sub-flows: a small conversation that a state calls, and that goes back one of several ways. Pure.

A call stays a state that says nothing and goes to the first state of the sub-flow. Its other states follow as
``call.state``, and their ``return X`` goes where the call says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, kind_alone, one_or_many
from voicebot.dialogue.language.places import exits
from voicebot.dialogue.language.problems import Path, did_you_mean
from voicebot.dialogue.reading.layers import place
from voicebot.dialogue.reading.located_yaml import Document
from voicebot.dialogue.reading.salvage import readable

RETURN = "return "
"""Before the word with which a sub-flow goes back to who called it."""
SECTIONS = ("returns", "tones", "facts", "slots", "intents", "start", "states")
"""What a sub-flow may say; what holds in a whole flow is for files that are included."""
CALL_KEYS = ("call", "then")


@dataclass(frozen=True, slots=True)
class Call:
    """A state that calls a sub-flow, as it is written."""

    path: Path
    file: Any
    then: Mapping[str, Any]

    @property
    def state(self) -> str:
        """Its name."""
        return str(self.path[-1])


@dataclass(frozen=True, slots=True)
class Subflow:
    """A file that can be called."""

    document: Document
    flow: Flow | None
    """What can be read of it."""
    returns: tuple[str, ...]

    @property
    def states(self) -> dict[str, Any]:
        """Its states as they are written."""
        return dict(self.document.data["states"])

    def ways(self) -> Iterator[tuple[Path, str]]:
        """Everything in its states that leads on, and where to."""
        for name, state in self.flow.states.items() if self.flow else ():
            yield from ((("states", name, *way.path), way.target) for way in exits(state))


def calls_of(document: Document) -> dict[str, Call]:
    """The calls among the states of ``document``; what is wrong with how they are written is noted there."""
    data = document.data.get("states") if isinstance(document.data, dict) else None
    return {
        name: _read_call(document, ("states", name), state)
        for name, state in (data if isinstance(data, dict) else {}).items()
        if isinstance(state, dict) and "call" in state
    }


def _read_call(document: Document, path: Path, state: dict[str, Any]) -> Call:
    for word in state.keys() - set(CALL_KEYS):
        document.mistake((*path, word), f"unknown key {word!r}{did_you_mean(word, CALL_KEYS)}", key=True)
    then = state.get("then")
    if not isinstance(then, dict):
        message = "a call needs 'then' with a state for all that is returned, such as {done: goodbye}"
        document.mistake((*path, "then"), message, key="then" not in state)
    return Call(path, state["call"], then if isinstance(then, dict) else {})


def is_subflow(document: Document) -> bool:
    """Whether a file says where it starts and what it returns."""
    data = document.data
    return (
        isinstance(data, dict)
        and {"start", "returns"} <= data.keys()
        and isinstance(data.get("states"), dict)
    )


def as_subflow(document: Document) -> Subflow:
    """A file that can be called; what is wrong with what it returns is noted there."""
    returns = one_or_many(document.data["returns"])
    words = tuple(map(str, returns)) if isinstance(returns, list) else ()
    said = {key: value for key, value in document.data.items() if key in SECTIONS and key != "returns"}
    subflow = Subflow(document, readable(said), words)
    for section in document.data.keys() - set(SECTIONS):
        message = (
            f"{section!r} holds in a whole flow: put it into a file that is included, not one that is called"
        )
        document.mistake((section,), message, key=True)
    for path, target in subflow.ways():
        word = target.removeprefix(RETURN)
        if word != target and word not in words:
            document.mistake(path, f"{word!r} is not in 'returns'{did_you_mean(word, words)}")
    return subflow


def add_called(flow: Document, call: Call, subflow: Subflow) -> None:
    """Put the states of ``subflow`` behind the one that calls it, and what it declares beside the flow's."""
    _note_unhandled(flow, call, subflow)
    prefix = f"{call.state}."
    states = deepcopy(subflow.states)
    for path, target in subflow.ways():
        _lead(states, path[1:], target, _target(call, target))
    start = str(subflow.document.data["start"])
    flow.data["states"][call.state] = {"set": {}, "then": _target(call, start)}
    flow.data["states"] |= {prefix + name: state for name, state in states.items()}
    flow.mistakes += subflow.document.mistakes
    _take_places(flow, call, subflow)
    for section in ("facts", "slots", "intents"):
        _declare(flow, section, subflow.document)


def _target(call: Call, target: str) -> str:
    """Where a way inside of the sub-flow leads to; one that is noted as a mistake leads nowhere else."""
    if target == BACK:
        return BACK
    if target.startswith(RETURN):
        return str(call.then.get(target.removeprefix(RETURN), call.state))
    return f"{call.state}.{target}"


def _note_unhandled(flow: Document, call: Call, subflow: Subflow) -> None:
    for word in call.then.keys() - set(subflow.returns):
        message = f"{call.file} does not return {word!r}{did_you_mean(word, subflow.returns)}"
        flow.mistake((*call.path, "then", word), message, key=True)
    for word in subflow.returns:
        if call.then and word not in call.then:
            flow.mistake((*call.path, "then"), f"{call.file} may return {word!r}: say where that leads")


def _lead(states: Any, path: Path, target: str, elsewhere: str) -> None:
    """Lead a way on ``elsewhere``; one that stands among what cannot be read is left as it is."""
    *around, last = path
    try:
        for step in around:
            states = states[step]
        if states[last] == target:
            states[last] = elsewhere
    except (LookupError, TypeError):
        return


def _take_places(flow: Document, call: Call, subflow: Subflow) -> None:
    """Each state of the sub-flow keeps its place; where it goes back to is written in the call."""
    returning = {path: target.removeprefix(RETURN) for path, target in subflow.ways() if RETURN in target}
    called = subflow.document
    for here, there in ((flow.keys, called.keys), (flow.values, called.values)):
        for path, position in there.items():
            if path[:1] == ("states",) and len(path) > 1:
                here[_inside(call, path)] = position
    for path, word in returning.items():
        flow.values[_inside(call, path)] = flow.where((*call.path, "then", word))
    flow.values[(*call.path, "then")] = called.where(("start",))


def _inside(call: Call, path: Path) -> Path:
    return ("states", f"{call.state}.{path[1]}", *path[2:])


def _declare(flow: Document, section: str, called: Document) -> None:
    """Add the facts, slots or intents of a sub-flow that the flow does not declare itself."""
    declared = called.data.get(section, {})
    if not isinstance(declared, dict) or not isinstance(flow.data.setdefault(section, {}), dict):
        return
    flow.data[section] = dict(flow.data[section])
    for name, what in declared.items():
        own, path = flow.data[section].get(name), (section, name)
        if own is None:
            flow.data[section][name] = what
            for here, there in ((flow.keys, called.keys), (flow.values, called.values)):
                here |= {at: position for at, position in there.items() if at[:2] == path}
        elif _nature(own) != _nature(what):
            at = place(called.where(path))
            flow.mistake(path, f"{name!r} is declared differently in {at}, which is called: declare it alike")


def _nature(declared: Any) -> tuple[object, object]:
    """What must be the same wherever a fact or slot is declared: its bounds, or the phrases of an intent, may
    differ."""
    what = kind_alone(declared)
    if not isinstance(what, dict):
        return what, False
    options = what.get("options")
    names = sorted(options) if isinstance(options, dict) else None
    return (what.get("kind"), names), what.get("private", False)
