"""Every path a flow can take. Pure.

A flow is explored state by state together with what is true there: is the right party verified, which
slots are known, were they read back and confirmed, which notices were given, and, in a digression, which
question was left. That is finite and small.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple, assert_never

from voicebot.dialogue.language.condition import Atom, Compared, Known, Verified, condition, truth
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, Name, Notice, Targets
from voicebot.dialogue.language.places import exits, leads_back, refused, slots_said_along
from voicebot.dialogue.language.states import (
    Ask,
    Assign,
    Choose,
    End,
    Listening,
    Note,
    ReadBack,
    Record,
    Tell,
    Transfer,
    Verify,
)
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY

LONGEST_WAY = 16
"""States of a way that are told."""
NO_SLOTS: frozenset[Name] = frozenset()


class Situation(NamedTuple):
    """A state, and what is true on arrival there."""

    state: Name
    verified: bool = False
    told: frozenset[Notice] = frozenset()
    known: frozenset[Name] = NO_SLOTS
    confirmed: frozenset[Name] = NO_SLOTS
    """Slots read back and answered with yes, and not changed since."""
    left: Name | None = None
    """In a digression: the question that it goes back to."""
    noted: bool = False
    """What was asked for last is on disk, and nothing was asked since."""


class Step(NamedTuple):
    """One way on: what happens, where it leads, and whether it does so without listening to anybody."""

    label: str
    to: Situation
    silent: bool = False


class Visit(NamedTuple):
    """How a situation arises, and what follows without listening to anybody."""

    before: Situation | None
    """The one before it on a shortest way."""
    label: str
    """What happens there."""
    silent: set[Situation]


Reached = dict[Situation, Visit]
"""Every situation that can arise."""


def explore(flow: Flow) -> Reached:
    """Follow the flow wherever it can go, the nearest situations first."""
    start, returning, strangers = Situation(flow.start), may_return(flow), _besides_a_denial(flow)
    reached: Reached = {start: Visit(None, "", set())}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for step in steps(flow, here, returning, strangers):
            if step.to not in reached:
                reached[step.to] = Visit(here, step.label, set())
                waiting.append(step.to)
            if step.silent:
                reached[here].silent.add(step.to)
    return reached


def may_return(flow: Flow) -> frozenset[Name]:
    """The states from which ``back`` may be reached before anything else is asked."""
    silent = {name: state for name, state in flow.states.items() if not isinstance(state, Listening)}
    leading = {name: {way.target for way in exits(state)} for name, state in silent.items()}
    found, added = frozenset[Name](), frozenset({BACK})
    while added:
        added = frozenset(name for name, targets in leading.items() if targets & added) - found
        found |= added
    return found


def steps(flow: Flow, here: Situation, returning: frozenset[Name], strangers: Targets) -> Iterator[Step]:
    """All that can happen in a situation.

    Args:
        flow: what is followed.
        here: where it has come to.
        returning: what ``may_return`` tells of it: only there it matters which question was left.
        strangers: what is followed although whoever speaks denies to be the right party.
    """
    asks = isinstance(flow.states[here.state], Listening)
    for step in _onward(flow, here, strangers):
        if step.to.state != BACK:
            left = (here.state if asks else here.left) if step.to.state in returning else None
            yield step if step.to.left == left else step._replace(to=step.to._replace(left=left))
        elif here.left:
            yield step._replace(to=step.to._replace(state=here.left, left=None))


def _onward(flow: Flow, here: Situation, strangers: Targets) -> Iterator[Step]:
    """The ways that a state names."""
    state = flow.states[here.state]
    match state:
        case Tell():
            yield Step("", here._replace(state=state.then, told=here.told | set(state.tells)), silent=True)
        case Assign():
            yield Step("", _changed(here, state.then, frozenset(state.set)), silent=True)
        case Choose():
            yield from _choices(state, here)
        case Ask() if state.collected and state.collect in here.known:
            yield Step("", here._replace(state=state.collected), silent=True)
        case Ask() | Verify() | ReadBack():
            yield from _answers(flow, here, state, strangers)
        case Record():
            yield Step("whole", here._replace(state=state.whole, noted=True), silent=True)
            yield Step("part", here._replace(state=state.part, noted=True), silent=True)
            yield Step("failed", here._replace(state=state.failed, noted=False), silent=True)
        case Note():
            yield Step("then", here._replace(state=state.then, noted=True), silent=True)
            yield Step("failed", here._replace(state=state.failed, noted=False), silent=True)
        case Transfer():
            yield Step("failed", here._replace(state=state.failed), silent=True)
        case End():
            pass
        case _:
            assert_never(state)


def _choices(state: Choose, here: Situation) -> Iterator[Step]:
    """The options that may hold here: what slots hold is not known, whether they are filled is."""

    def judge(atom: Atom) -> bool | None:
        match atom:
            case Verified():
                return here.verified
            case Known(name):
                return name in here.known
            case Compared():
                return None

    for option in state.choose:
        true = truth(condition(option.when), judge)
        if true is not False:
            yield Step(option.when, here._replace(state=option.then), silent=True)
        if true:
            return
    yield Step("otherwise", here._replace(state=state.otherwise), silent=True)


def _answers(
    flow: Flow, asked: Situation, state: Ask | Verify | ReadBack, strangers: Targets
) -> Iterator[Step]:
    here = asked._replace(noted=False)
    yield Step("give_up", here._replace(state=state.give_up), silent=True)
    if state.when_silent:
        yield Step("silence", here._replace(state=state.when_silent), silent=True)
    jumps = flow.jumps(verified=here.verified)
    also = state.also if isinstance(state, Ask) else ()
    for heard, target in {**jumps, **state.on}.items():
        left = _denied(here) if heard in NOT_THE_RIGHT_PARTY else here
        along = slots_said_along(flow, target) if heard in jumps else ()
        for known in dict.fromkeys((*_fillings(also), *_fillings(along))):
            yield Step(heard, _changed(left, target, known))
    for heard, target in strangers.items() if here.verified else ():
        for known in _fillings(slots_said_along(flow, target)):
            yield Step(f"{heard}, and somebody else", _changed(_denied(here), target, known))
    if elsewhere := refused(state):
        yield Step("refused", here._replace(state=elsewhere))
    match state:
        case Verify():
            yield Step("right", here._replace(state=state.right, verified=True))
            yield Step("wrong", here._replace(state=state.wrong))
        case ReadBack():
            yield Step("yes", here._replace(state=state.yes, confirmed=frozenset(state.confirm)))
            unsure = NO_SLOTS
            yield Step(
                "no", here._replace(state=state.no, known=here.known - set(state.confirm), confirmed=unsure)
            )
            for known in _fillings(state.confirm):
                yield Step("corrected", _changed(asked, state.corrected or here.state, known))
        case Ask():
            for known in _fillings(state.also):
                yield Step("half an answer", _changed(asked, here.state, known))
                if state.collect and state.collected:
                    yield Step("collected", _changed(here, state.collected, known | {state.collect}))


def _besides_a_denial(flow: Flow) -> Targets:
    """What is followed beside a denial of being the right party; digressions wait for what leads on."""
    jumps = flow.jumps(verified=True, denied=True)
    denials = [target for heard, target in jumps.items() if heard in NOT_THE_RIGHT_PARTY]
    waiting = not any(leads_back(flow, target) for target in denials)
    return {heard: to for heard, to in jumps.items() if not (waiting and leads_back(flow, to))}


def _denied(here: Situation) -> Situation:
    """Somebody else speaks now: nobody is verified, and what the right party told is forgotten."""
    return here._replace(verified=False, known=NO_SLOTS, confirmed=NO_SLOTS) if here.verified else here


def _changed(here: Situation, target: Name, slots: frozenset[Name]) -> Situation:
    """On to ``target`` with new values in ``slots``, which nobody has confirmed yet."""
    confirmed = NO_SLOTS if slots else here.confirmed
    return here._replace(state=target, known=here.known | slots, confirmed=confirmed)


@cache
def _fillings(slots: tuple[Name, ...]) -> list[frozenset[Name]]:
    """What one breath may fill: nothing, each, some together, or all."""
    names = dict.fromkeys(slots)
    return [frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size)]


def way(reached: Reached, here: Situation) -> str:
    """A shortest way to ``here``, such as ``greeting -> ask_person -yes-> verify``; a long one without its
    middle."""
    trail = [here.state]
    while before := reached[here].before:
        here, label = before, reached[here].label
        trail.append(f"{here.state} {f'-{label}->' if label else '->'}")
    if len(trail) > LONGEST_WAY:
        half = LONGEST_WAY // 2
        trail[half:-half] = [f"... {len(trail) - 2 * half} states ..."]
    return " ".join(reversed(trail))
