"""Proofs over every path a flow can take. Pure.

Each rule below is checked in every situation that can arise, and a broken one comes with the shortest way
to it. What a prompt reveals is told by the facts its template names, by what its author declares private, and
last by a check of its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import chain

from voicebot.dialogue.checking.opt_out import (
    opt_out_can_be_typed,
    opt_out_comes_first,
    opt_out_is_honoured,
)
from voicebot.dialogue.checking.paths import Reached, Situation, explore, way
from voicebot.dialogue.checking.revealing import Revealed
from voicebot.dialogue.checking.unsaved import unsaved_reaches_a_person
from voicebot.dialogue.checking.wording import debt_words
from voicebot.dialogue.language.condition import Known, atoms, compared_names, condition
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, OPENING, Name, Notice
from voicebot.dialogue.language.places import exits
from voicebot.dialogue.language.problems import Fault
from voicebot.dialogue.language.prompts import is_template, told_by
from voicebot.dialogue.language.quantity import quantity
from voicebot.dialogue.language.states import (
    Assign,
    Choose,
    End,
    ReadBack,
    Record,
    Spoken,
    Tell,
    Transfer,
    Verify,
)
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY

NO_NOTICES: Mapping[Notice, str] = {}


def prove(flow: Flow, required: Mapping[Notice, str] = NO_NOTICES) -> list[Fault]:
    """The rules that ``flow`` breaks, each with the shortest way to a breach; its names are all resolved.

    Args:
        flow: what is proved.
        required: the notices that its countries want told, and the laws that say so.
    """
    reached, revealed = explore(flow), Revealed(flow)
    breaches: dict[Fault, Situation] = {}
    for here in reached:
        told = _debt_follows_its_notice(flow, here, revealed, required)
        for breach in (*_breaches(flow, here, revealed), *told):
            breaches.setdefault(breach, here)
    shown = [Fault(breach.path, f"{breach.message}; {way(reached, at)}") for breach, at in breaches.items()]
    whole = (
        endless(reached),
        opt_out_can_be_typed(flow),
        opt_out_comes_first(flow),
        _denials_are_heard(flow),
        unsaved_reaches_a_person(flow),
    )
    return [*shown, *chain.from_iterable(whole)]


# The rules


def _breaches(flow: Flow, here: Situation, revealed: Revealed) -> Iterator[Fault]:
    yield from _notices_come_first(flow, here)
    yield from _debt_is_for_the_right_party(flow, here, revealed)
    yield from _promises_are_confirmed(flow, here)
    yield from opt_out_is_honoured(flow, here)
    yield from _said_is_known(here, revealed)
    yield from _compared_is_known(flow, here)
    yield from _source_is_known(flow, here)
    yield from _right_party_contact_is_verified(flow, here)
    yield from _back_leads_to_a_question(flow, here)
    yield from _noted_is_on_disk(here, revealed)


def _notices_come_first(flow: Flow, here: Situation) -> Iterator[Fault]:
    state, path = flow.states[here.state], ("states", here.state)
    missing = OPENING - here.told
    tells = OPENING & set(state.tells) if isinstance(state, Tell) else ()
    if isinstance(state, Tell) and state.tells and state.interruptible:
        yield Fault((*path, "tells"), "a legal notice is heard to its end: set 'interruptible: false'")
    if missing and not tells and not isinstance(state, Assign | Choose):
        notices = " and ".join(sorted(missing))
        yield Fault(path, f"something is said or done before the caller is told: {notices}")


def _debt_follows_its_notice(
    flow: Flow, here: Situation, revealed: Revealed, required: Mapping[Notice, str]
) -> Iterator[Fault]:
    """The right party hears what the law of the country wants said before the debt itself."""
    state = flow.states[here.state]
    told = here.told | (set(state.tells) if isinstance(state, Tell) else set())
    missing = required.keys() - OPENING - told
    if missing and here.verified and _tells_of_the_debt(flow, here.state, revealed):
        notices = " and ".join(f"{notice} ({required[notice]})" for notice in sorted(missing))
        yield Fault(("states", here.state), f"the debt is told before the caller is told: {notices}")


def _tells_of_the_debt(flow: Flow, name: Name, revealed: Revealed) -> bool:
    state = flow.states[name]
    private = isinstance(state, Spoken) and state.private
    return private or any(revealed.by(words) & revealed.private for words in revealed.said[name])


def _debt_is_for_the_right_party(flow: Flow, here: Situation, revealed: Revealed) -> Iterator[Fault]:
    for words in revealed.said[here.state]:
        told = revealed.by(words)
        for name in sorted(told & revealed.verifying):
            yield Fault(words.path, f"{name!r} verifies the right party and is never said")
        if not here.verified:
            for name in sorted(told & revealed.private - revealed.verifying):
                yield Fault(words.path, f"{name!r} is said before the right party is verified")
    if not here.verified:
        yield from _private_words(flow, here, revealed)


def _private_words(flow: Flow, here: Situation, revealed: Revealed) -> Iterator[Fault]:
    """Texts that reveal the debt whatever facts they name: by declaration, or else by their words."""
    state = flow.states[here.state]
    if isinstance(state, Spoken) and state.private:
        at = ("states", here.state, "say")
        yield Fault(at, "a private text is said before the right party is verified")
        return
    for words in revealed.said[here.state]:
        for language, template in words.readable().items():
            if revealing := debt_words(template, language):
                told = ", ".join(map(repr, revealing))
                yield Fault(
                    (*words.path, language), f"{told} tells of a debt before the right party is verified"
                )


def _promises_are_confirmed(flow: Flow, here: Situation) -> Iterator[Fault]:
    state, path = flow.states[here.state], ("states", here.state)
    if isinstance(state, ReadBack):
        for language, template in state.say.items():
            for name in sorted(set(state.confirm) - told_by(template)) if is_template(template) else ():
                yield Fault(
                    (*path, "say", language),
                    f"the read-back does not say {name!r}: say it as it is, and in every case",
                )
    if isinstance(state, Record):
        for name in sorted(state.record_promise.slots - here.confirmed):
            yield Fault(path, f"a promise is recorded, but {name!r} was not read back and confirmed with yes")
        if not here.verified:
            yield Fault(path, "a promise is recorded before the right party is verified")


def _compared_is_known(flow: Flow, here: Situation) -> Iterator[Fault]:
    state = flow.states[here.state]
    for number, option in enumerate(state.choose if isinstance(state, Choose) else ()):
        asked = condition(option.when)
        checked = {atom.name for atom in atoms(asked) if isinstance(atom, Known)}
        for name in sorted((compared_names(asked) & flow.slots.keys()) - here.known - checked):
            at = ("states", here.state, "choose", number, "when")
            yield Fault(at, f"{name!r} may not be known here: write '{name} is known and ...'")


def _source_is_known(flow: Flow, here: Situation) -> Iterator[Fault]:
    state = flow.states[here.state]
    for slot, source in state.set.items() if isinstance(state, Assign) else ():
        for name in sorted((quantity(source).names & flow.slots.keys()) - here.known):
            at = ("states", here.state, "set", slot)
            yield Fault(at, f"{name!r} may not be known yet when {slot!r} is worked out of it")


def _said_is_known(here: Situation, revealed: Revealed) -> Iterator[Fault]:
    for path, needed in revealed.needed[here.state]:
        for name in sorted(needed - here.known):
            yield Fault(path, f"{name!r} may not be known yet when this is said")


def _right_party_contact_is_verified(flow: Flow, here: Situation) -> Iterator[Fault]:
    state = flow.states[here.state]
    if isinstance(state, End | Transfer) and not here.verified and state.conclude.startswith("RPC_"):
        yield Fault(
            ("states", here.state, "conclude"),
            f"{state.conclude.value} claims a right-party contact, and nobody was verified",
        )


def _back_leads_to_a_question(flow: Flow, here: Situation) -> Iterator[Fault]:
    ways = () if here.left else exits(flow.states[here.state])
    for way_out in ways:
        if way_out.target == BACK:
            yield Fault(
                ("states", here.state, *way_out.path), "'back', and no question was left: name a state"
            )


def _noted_is_on_disk(here: Situation, revealed: Revealed) -> Iterator[Fault]:
    """Only what was recorded a moment ago may be called noted."""
    for path, claims in revealed.claimed[here.state] if not here.noted else ():
        told = ", ".join(map(repr, claims))
        yield Fault(path, f"{told} is said of what was not recorded: come here by 'then' of a 'request'")


def _denials_are_heard(flow: Flow) -> Iterator[Fault]:
    """Whoever was verified may pass the telephone on: who takes over is heard in every state."""
    verifies = any(isinstance(state, Verify) for state in flow.states.values())
    unheard = NOT_THE_RIGHT_PARTY - flow.jumps(verified=True).keys() if verifies else ()
    for heard in sorted(unheard):
        yield Fault(
            ("anywhere",),
            f"{str(heard)!r} is not heard: whoever takes over the telephone would stay verified",
        )


def endless(reached: Reached) -> Iterator[Fault]:
    """Every path ends: none goes round without the caller having had a say.

    Questions are bounded by their tries and visits, after which ``give_up`` goes on in silence; so a path
    could only be endless by going round in silence.
    """
    try:
        TopologicalSorter({here: visit.silent for here, visit in reached.items()}).prepare()
    except CycleError as fault:
        circle = [situation.state for situation in reversed(fault.args[1])]
        yield Fault(("states", circle[0]), f"goes round for ever: {' -> '.join(circle)}")
