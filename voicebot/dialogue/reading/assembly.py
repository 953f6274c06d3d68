"""A flow put together from several files: what it includes, and the sub-flows that its states call. Pure.

Whoever follows a flow, proves it or draws it meets one flow of plain states, and each piece of it keeps the
place where it is really written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Any, TypeVar

from voicebot.dialogue.language.problems import FlowProblem, Path, UnusableFlow
from voicebot.dialogue.language.tones import TONES, note_tones
from voicebot.dialogue.reading.layers import lay_over
from voicebot.dialogue.reading.located_yaml import Document
from voicebot.dialogue.reading.subflow import (
    RETURN,
    Call,
    Subflow,
    add_called,
    as_subflow,
    calls_of,
    is_subflow,
)
from voicebot.dialogue.reading.yaml_traps import Position

T = TypeVar("T")

DEEPEST = 8
"""Files that include or call one another."""
MOST_STATES = 2_000
"""States of a flow with all that it calls: many times the longest, and still proved in seconds."""

Read = Callable[[str], Document]
"""The YAML of a file; raises ``Unavailable``, or ``UnusableFlow`` if it is no YAML."""
Chain = tuple[str, ...]
"""Files, each named by the one before it."""


class Unavailable(ValueError):  # noqa: N818  # a value for whoever names the file
    """Why a file cannot be had."""


def assemble(file: str, read: Read) -> Document:
    """``file`` with everything that it includes and calls.

    Raises:
        UnusableFlow: a file that it needs cannot be had; what else is wrong would be a consequence.
    """
    assembly = _Assembly(read)
    document = assembly.whole(file, ())
    if assembly.lost:
        raise UnusableFlow(assembly.lost)
    return document


class _Assembly:
    """The files read so far, and what could not be had."""

    def __init__(self, read: Read) -> None:
        self.lost: set[FlowProblem] = set()
        self._read = read
        self._laid: dict[str, Document] = {}
        self._subflows: dict[str, Subflow] = {}

    def whole(self, file: str, chain: Chain) -> Document:
        """``file`` with what it includes, and its calls replaced by states."""
        document, inside = self._laid_over(file, chain), (*chain, file)
        if not (calls := calls_of(document)):
            return document
        whole = replace(document, data={**document.data, "states": {}})
        whole.keys, whole.values = dict(document.keys), dict(document.values)
        for name, state in document.data["states"].items():
            whole.data["states"][name] = state
            if name in calls:
                self._add(whole, calls[name], inside)
        return whole

    def _laid_over(self, file: str, chain: Chain) -> Document:
        """``file`` over what it includes, each file once."""
        if file not in self._laid:
            own = self._read(file)
            self._laid[file] = self._include(own, (*chain, file)) if isinstance(own.data, dict) else own
        return self._laid[file]

    def _include(self, own: Document, chain: Chain) -> Document:
        _note_names(own)
        note_tones(own)
        included = [self._included(own, path, chain) for path in _includes(own)]
        laid = lay_over([_toneless(document) for document in included if document], own)
        laid.data.pop("include", None)
        return laid

    def _included(self, own: Document, path: Path, chain: Chain) -> Document | None:
        at, name = own.where(path), own.data["include"]
        name = name if isinstance(name, str) else name[path[1]]
        found = self._have(at, name, chain, self._laid_over)
        if found is None:
            return None
        if is_subflow(found):
            self._lose(at, f"{name}: it has `returns`, so a state calls it: {{call: {name}, then: ...}}")
        elif not isinstance(found.data, dict):
            self._lose(at, f"{name}: holds no sections such as `states:`")
        return found if isinstance(found.data, dict) else None

    def _add(self, whole: Document, call: Call, chain: Chain) -> None:
        at = whole.where((*call.path, "call"))
        subflow = self._have(at, call.file, chain, self._subflow)
        if subflow is None:
            return
        if len(whole.data["states"]) + len(subflow.states) > MOST_STATES:
            self._lose(
                at, f"more than {MOST_STATES:,} states with all that is called: no conversation needs that"
            )
            return
        add_called(whole, call, subflow)

    def _subflow(self, file: str, chain: Chain) -> Subflow:
        if file not in self._subflows:
            document = self.whole(file, chain)
            if not is_subflow(document):
                raise Unavailable(
                    "it has no `start`, `returns` and `states`, so it cannot be called: include it"
                )
            self._subflows[file] = as_subflow(document)
        return self._subflows[file]

    def _have(self, at: Position, name: Any, chain: Chain, have: Callable[[str, Chain], T]) -> T | None:
        """What ``have`` makes of the file that is named ``at`` a place; ``None`` once it is told why not."""
        try:
            return have(_beside(at.file, name, chain), chain)
        except Unavailable as fault:
            self._lose(at, f"{name}: {fault}")
        except UnusableFlow as unusable:
            self.lost |= set(unusable.problems)
        return None

    def _lose(self, at: Position, message: str) -> None:
        self.lost.add(FlowProblem(at.file, at.line, at.column, message))


def _includes(own: Document) -> list[Path]:
    """The places at which files are included."""
    names = own.data.get("include", [])
    if isinstance(names, list):
        return [("include", index) for index in range(len(names))]
    if not isinstance(names, str):
        own.mistake(("include",), "a list of files is needed here, such as [parts/people.yaml]")
    return [("include",)] if isinstance(names, str) else []


def _toneless(included: Document) -> Document:
    """Which of the tones of its files it speaks in, a flow says itself."""
    return replace(included, data={key: value for key, value in included.data.items() if key != TONES})


def _note_names(own: Document) -> None:
    """Nobody writes the names that states get inside of a call."""
    states = own.data.get("states")
    for name in states if isinstance(states, dict) else ():
        if "." in name or name.startswith(RETURN):
            message = f"{name!r} is no name: use small letters, digits and underscores"
            own.mistake(("states", name), message, key=True)


def _beside(base: str, name: Any, chain: Chain) -> str:
    """The file that ``base`` calls ``name``.

    Raises:
        Unavailable: it lies elsewhere, or leads back to itself.
    """
    if not isinstance(name, str) or not name.isprintable() or not name:
        raise Unavailable("the name of a file is needed here, such as parts/people.yaml")
    if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
        raise Unavailable("lies outside of this folder: write a path that goes down from here")
    file = str(PurePath(base).parent / name)
    if file in chain:
        circle = " -> ".join(PurePath(step).name for step in (*chain[chain.index(file) :], file))
        raise Unavailable(f"goes round for ever: {circle}")
    if len(chain) >= DEEPEST:
        steps = " -> ".join(PurePath(step).name for step in (*chain, file))
        raise Unavailable(f"more than {DEEPEST} files inside one another: {steps}")
    return file
