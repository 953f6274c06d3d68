"""What the conversations of a flow cover: states entered, and ways taken out of them. Pure.

Two ways may lead to the same state, as ``give_up`` and ``when_silent`` often do. So conversations are held on
a ``marked`` flow, whose targets remember where they are written: the trail tells which way was taken, and a
``Conversation`` need not count anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, Name
from voicebot.dialogue.language.places import Exit, exits
from voicebot.dialogue.language.problems import Fault, Path
from voicebot.dialogue.language.states import Choose, State

JUMPS = ("anywhere", "once_verified")
"""Ways that lead out of every state that listens; each counts once."""


class Target(str):
    """The name of a state, as it is written at one place of the flow."""

    __slots__ = ("path",)
    path: Path


@dataclass(frozen=True, slots=True)
class Way:
    """A way through a flow, and where it is written."""

    path: Path
    label: str
    target: Name

    def __str__(self) -> str:
        origin = self.path[1] if self.path[0] == "states" else self.path[0]
        return f"{origin} -{self.label}-> {self.target}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was covered of a flow, and what was not, in its order."""

    flow: Name
    conversations: int
    states: tuple[Name, ...]
    ways: tuple[Way, ...]
    never_entered: tuple[Name, ...]
    never_taken: tuple[Way, ...]

    def __str__(self) -> str:
        entered, taken = len(self.states) - len(self.never_entered), len(self.ways) - len(self.never_taken)
        held = f"{self.conversations} conversation{'' if self.conversations == 1 else 's'}"
        return (
            f"{self.flow}: {entered} of {len(self.states)} states, {taken} of {len(self.ways)} ways, {held}"
        )

    def gaps(self) -> tuple[list[Fault], list[Fault]]:
        """The states that nobody entered and the ways that nobody took, each where it is written."""
        states = [Fault(("states", name), f"never entered: {name}") for name in self.never_entered]
        return states, [Fault(way.path, f"never taken: {way}") for way in self.never_taken]


def covered(flow: Flow, trails: Sequence[Sequence[Name]]) -> Coverage:
    """What conversations on a ``marked`` flow covered of ``flow``, by the states that each entered."""
    entered = {name for trail in trails for name in trail}
    taken = {path for trail in trails for path in _taken(flow, trail)}
    ways = _ways(flow)
    return Coverage(
        flow.id,
        len(trails),
        tuple(flow.states),
        ways,
        tuple(name for name in flow.states if name not in entered),
        tuple(way for way in ways if way.path not in taken),
    )


def marked(flow: Flow) -> Flow:
    """``flow`` in all its tones, with a ``Target`` wherever it names the state to go to."""
    first, *others = map(_marked, flow.in_every_tone())
    return first.with_tones(dict(zip(flow.tones[1:], others, strict=True)))


def _ways(flow: Flow) -> tuple[Way, ...]:
    jumps = (Way((key, heard), heard, to) for key in JUMPS for heard, to in getattr(flow, key).items())
    own = (
        Way(("states", name, *way.path), way.label, way.target)
        for name, state in flow.states.items()
        for way in exits(state)
    )
    return (*jumps, *own)


def _taken(flow: Flow, trail: Sequence[Name]) -> Iterable[Path]:
    """The ways that a conversation took; back to a question is where it was entered first."""
    yield from (name.path for name in trail if isinstance(name, Target))
    for here, there in pairwise(trail):
        came = getattr(there, "path", ())
        if came[:2] != ("states", here):
            yield from (("states", here, *way.path) for way in _ways_back(flow.states[here]))


def _ways_back(state: State) -> list[Exit]:
    """Those that lead back; nobody can tell two of them in one ``choose`` apart."""
    return [way for way in exits(state) if way.target == BACK]


def _marked(flow: Flow) -> Flow:
    jumps = {
        key: {heard: _target((key, heard), to) for heard, to in getattr(flow, key).items()} for key in JUMPS
    }
    states = {name: _marked_state(name, state) for name, state in flow.states.items()}
    return flow.model_copy(update={**jumps, "states": states})


def _marked_state(name: Name, state: State) -> State:
    update: dict[str, Any] = {}
    targets = {way.path: _target(("states", name, *way.path), way.target) for way in exits(state)}
    for (key, *inside), target in targets.items():
        if key == "on":
            update.setdefault("on", {})[inside[0]] = target
        elif key != "choose":
            update[str(key)] = target
    if isinstance(state, Choose):
        update["choose"] = tuple(
            option.model_copy(update={"then": targets["choose", index, "then"]})
            for index, option in enumerate(state.choose)
        )
    return state.model_copy(update=update)


def _target(path: Path, name: Name) -> Target:
    target = Target(name)
    target.path = path
    return target
