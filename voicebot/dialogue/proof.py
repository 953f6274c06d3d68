"""Proofs over every path a flow can take. Pure.

A flow is explored state by state together with what is true there: is the right party verified, which
slots are known, were they read back and confirmed, which notices were given. That is finite and small, so
each rule below is checked in every situation that can arise, and a broken one comes with the shortest
way to it. What a prompt reveals is told by the facts its template names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import assert_never

from voicebot.dialogue.flow import (
    Ask,
    Assign,
    End,
    Flow,
    Name,
    Notice,
    ReadBack,
    Record,
    Spoken,
    Tell,
    Transfer,
    Verify,
)
from voicebot.dialogue.places import Words, words_said
from voicebot.dialogue.problems import Fault
from voicebot.dialogue.slots import read_date_bound
from voicebot.dialogue.understanding.meaning import Intent
from voicebot.disposition import Disposition

NO_SLOTS: frozenset[Name] = frozenset()


@dataclass(frozen=True, slots=True)
class Situation:
    """A state, and what is true on arrival there."""

    state: Name
    verified: bool = False
    told: frozenset[Notice] = frozenset()
    known: frozenset[Name] = NO_SLOTS
    confirmed: frozenset[Name] = NO_SLOTS
    """Slots read back and answered with yes, and not changed since."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way on: what happens, where it leads, and whether it does so without listening to anybody."""

    label: str
    to: Situation
    silent: bool = False


Reached = dict[Situation, tuple[Situation, str] | None]
"""Every situation that can arise, each with the one before it on a shortest way."""


def prove(flow: Flow) -> list[Fault]:
    """The rules that ``flow`` breaks, each with the shortest way to a breach; it must be free of lint."""
    reached = explore(flow)
    breaches: dict[Fault, Situation] = {}
    for here in reached:
        for breach in _breaches(flow, here):
            breaches.setdefault(breach, here)
    shown = [Fault(breach.path, f"{breach.message}; {_way(reached, at)}") for breach, at in breaches.items()]
    return [*shown, *_endless(flow, reached)]


def explore(flow: Flow) -> Reached:
    """Follow the flow wherever it can go, the nearest situations first."""
    start = Situation(flow.start)
    reached: Reached = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for step in steps(flow, here):
            if step.to not in reached:
                reached[step.to] = (here, step.label)
                waiting.append(step.to)
    return reached


def steps(flow: Flow, here: Situation) -> Iterator[Step]:
    """All that can happen in a situation."""
    state = flow.states[here.state]
    match state:
        case Tell():
            yield Step("", replace(here, state=state.then, told=here.told | set(state.tells)), silent=True)
        case Assign():
            yield Step("", _changed(here, state.then, frozenset(state.set)), silent=True)
        case Ask() if state.collected and state.collect in here.known:
            yield Step("", replace(here, state=state.collected), silent=True)
        case Ask() | Verify() | ReadBack():
            yield from _answers(flow, here, state)
        case Record():
            yield Step("whole", replace(here, state=state.whole))
            yield Step("part", replace(here, state=state.part))
            yield Step("failed", replace(here, state=state.failed), silent=True)
        case Transfer():
            yield Step("failed", replace(here, state=state.failed), silent=True)
        case End():
            pass
        case _:
            assert_never(state)


def _answers(flow: Flow, here: Situation, state: Ask | Verify | ReadBack) -> Iterator[Step]:
    yield Step("give_up", replace(here, state=state.give_up), silent=True)
    if state.when_silent:
        yield Step("silence", replace(here, state=state.when_silent), silent=True)
    for heard, target in {**flow.jumps(verified=here.verified), **state.on}.items():
        for known in _fillings(state.also if isinstance(state, Ask) else ()):
            yield Step(heard.value, _changed(here, target, known))
    match state:
        case Verify():
            yield Step("right", replace(here, state=state.right, verified=True))
            yield Step("wrong", replace(here, state=state.wrong))
        case ReadBack():
            yield Step("yes", replace(here, state=state.yes, confirmed=frozenset(state.confirm)))
            unsure = NO_SLOTS
            yield Step(
                "no", replace(here, state=state.no, known=here.known - set(state.confirm), confirmed=unsure)
            )
            for known in _fillings(state.confirm):
                yield Step("corrected", _changed(here, here.state, known))
        case Ask():
            for known in _fillings(state.also):
                yield Step("half an answer", _changed(here, here.state, known))
                if state.collect and state.collected:
                    yield Step("collected", _changed(here, state.collected, known | {state.collect}))


def _changed(here: Situation, target: Name, slots: frozenset[Name]) -> Situation:
    """On to ``target`` with new values in ``slots``, which nobody has confirmed yet."""
    confirmed = NO_SLOTS if slots else here.confirmed
    return replace(here, state=target, known=here.known | slots, confirmed=confirmed)


def _fillings(slots: tuple[Name, ...]) -> list[frozenset[Name]]:
    """What one breath may fill: nothing, each, or all."""
    return list({NO_SLOTS: None} | {frozenset({slot}): None for slot in slots} | {frozenset(slots): None})


# The rules


def _breaches(flow: Flow, here: Situation) -> Iterator[Fault]:
    yield from _notices_come_first(flow, here)
    yield from _debt_is_for_the_right_party(flow, here)
    yield from _promises_are_confirmed(flow, here)
    yield from _opt_out_is_honoured(flow, here)
    yield from _said_is_known(flow, here)
    yield from _right_party_contact_is_verified(flow, here)


def _notices_come_first(flow: Flow, here: Situation) -> Iterator[Fault]:
    state, path = flow.states[here.state], ("states", here.state)
    missing = set(Notice) - here.told
    if isinstance(state, Tell) and state.tells:
        if state.interruptible:
            yield Fault((*path, "tells"), "a legal notice is heard to its end: set 'interruptible: false'")
    elif missing and not isinstance(state, Assign):
        notices = " and ".join(sorted(missing))
        yield Fault(path, f"something is said or done before the caller is told: {notices}")


def _debt_is_for_the_right_party(flow: Flow, here: Situation) -> Iterator[Fault]:
    answers = {state.verify for state in flow.states.values() if isinstance(state, Verify)}
    for words in words_said(flow, here.state):
        revealed = _revealed(flow, words)
        for name in sorted(revealed & answers):
            yield Fault(words.path, f"{name!r} verifies the right party and is never said")
        if not here.verified:
            for name in sorted(revealed & _private(flow) - answers):
                yield Fault(words.path, f"{name!r} is said before the right party is verified")
    state = flow.states[here.state]
    if isinstance(state, Spoken) and state.private and not here.verified:
        yield Fault(
            ("states", here.state, "say"), "a private text is said before the right party is verified"
        )


def _promises_are_confirmed(flow: Flow, here: Situation) -> Iterator[Fault]:
    state, path = flow.states[here.state], ("states", here.state)
    if isinstance(state, ReadBack):
        for language, template in state.say.items():
            for name in sorted(set(state.confirm) - Words((), {language: template}).names()):
                yield Fault((*path, "say", language), f"the read-back does not say {name!r}")
    if isinstance(state, Record):
        wanted = {state.record_promise.amount, state.record_promise.date}
        for name in sorted(wanted - here.confirmed):
            yield Fault(path, f"a promise is recorded, but {name!r} was not read back and confirmed with yes")
        if not here.verified:
            yield Fault(path, "a promise is recorded before the right party is verified")


def _opt_out_is_honoured(flow: Flow, here: Situation) -> Iterator[Fault]:
    state = flow.states[here.state]
    if not isinstance(state, Ask | Verify | ReadBack):
        return
    jumps = flow.jumps(verified=here.verified)
    target = {**jumps, **state.on}.get(Intent.STOP_CALLING) if Intent.STOP_CALLING in jumps else None
    if target is None:
        yield Fault(("states", here.state), "'stop_calling' is not heard here: add it to 'anywhere'")
    elif _silent_end(flow, target) is not Disposition.DNC:
        yield Fault(("states", target), "'stop_calling' leads here, and not straight to 'conclude: DNC'")


def _silent_end(flow: Flow, name: Name) -> Disposition | None:
    """How the contact ends from ``name`` on if nobody is asked anything more."""
    for _ in flow.states:
        state = flow.states[name]
        if isinstance(state, End):
            return state.conclude
        if not isinstance(state, Tell | Assign):
            return None
        name = state.then
    return None


def _said_is_known(flow: Flow, here: Situation) -> Iterator[Fault]:
    for words in words_said(flow, here.state):
        for name in sorted((words.names() & flow.slots.keys()) - here.known):
            yield Fault(words.path, f"{name!r} may not be known yet when this is said")


def _right_party_contact_is_verified(flow: Flow, here: Situation) -> Iterator[Fault]:
    state = flow.states[here.state]
    if isinstance(state, End | Transfer) and not here.verified and state.conclude.startswith("RPC_"):
        yield Fault(
            ("states", here.state, "conclude"),
            f"{state.conclude.value} claims a right-party contact, and nobody was verified",
        )


def _endless(flow: Flow, reached: Reached) -> Iterator[Fault]:
    """Every path ends: none goes round without the caller having had a say.

    Questions are bounded by their tries and visits, after which ``give_up`` goes on in silence; so a path
    could only be endless by going round in silence.
    """
    silent = {here: {step.to for step in steps(flow, here) if step.silent} for here in reached}
    try:
        TopologicalSorter(silent).prepare()
    except CycleError as fault:
        circle = [situation.state for situation in reversed(fault.args[1])]
        yield Fault(("states", circle[0]), f"goes round for ever: {' -> '.join(circle)}")


# What a prompt reveals


def _revealed(flow: Flow, words: Words) -> frozenset[Name]:
    """The facts and slots that a prompt says, the limits of slots included."""
    said = words.names() | _limit_facts(flow, words)
    copied = {
        fact
        for state in flow.states.values()
        if isinstance(state, Assign)
        for slot, fact in state.set.items()
        if slot in said
    }
    return said | copied


def _limit_facts(flow: Flow, words: Words) -> frozenset[Name]:
    section, name, key = (*words.path, "", "")[:3]
    if section != "slots":
        return frozenset()
    slot = flow.slots[str(name)]
    low, high = (slot.min, slot.earliest), (slot.max, slot.latest)
    bounds = [bound for bound in (low if key == "too_low" else high) if isinstance(bound, str)]
    limit = any("limit" in Words((), {"": text}).names() for text in words.prompt.values())
    return frozenset(read_date_bound(bound)[0] for bound in bounds) if limit else frozenset()


def _private(flow: Flow) -> frozenset[Name]:
    return frozenset(name for name, fact in flow.facts.items() if fact.private)


def _way(reached: Reached, here: Situation) -> str:
    """``greeting -> ask_person -yes-> verify``."""
    way = here.state
    while before := reached[here]:
        here, label = before
        arrow = f"-{label}->" if label else "->"
        way = f"{here.state} {arrow} {way}"
    return way
