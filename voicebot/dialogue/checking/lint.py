"""What is wrong with a flow before anybody follows it. Pure.

Types have been checked by the loader, and names by ``names``; the modules beside this one tell what is wrong
with languages, prompts, questions, slots and kinds. Here every state must be reachable.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.checking.kind_lint import comparison_faults, slot_faults
from voicebot.dialogue.checking.language_lint import language_faults
from voicebot.dialogue.checking.names import misfits, unresolved
from voicebot.dialogue.checking.own_intents import unusable_intents, unused_intents
from voicebot.dialogue.checking.prompt_lint import notice_faults, prompt_faults
from voicebot.dialogue.checking.question_lint import key_faults, question_faults
from voicebot.dialogue.checking.slot_lint import plan_faults
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, Name
from voicebot.dialogue.language.places import exits
from voicebot.dialogue.language.problems import Fault
from voicebot.dialogue.language.states import Transfer
from voicebot.dialogue.requests import stray_details


def lint(flow: Flow) -> list[Fault]:
    """Everything wrong with ``flow``; conversations need a flow without faults."""
    astray = unresolved(flow)
    faults = [*astray, *_sections(flow), *unused_intents(flow)]
    # Where names lead nowhere, what else is wrong would be a consequence.
    if astray:
        return faults
    return [
        *faults,
        *_unreachable(flow),
        *question_faults(flow),
        *key_faults(flow),
        *comparison_faults(flow),
        *plan_faults(flow),
    ]


def lint_part(flow: Flow) -> list[Fault]:
    """Everything wrong with a part as a ``flow`` of its own.

    It declares the facts, slots and intents that it needs; the states that it names may be those of who
    includes it.
    """
    astray = unresolved(flow, {"facts": flow.facts, "slots": flow.slots, "intents": flow.intents})
    faults = [*astray, *_sections(flow)]
    return faults if astray else [*faults, *question_faults(flow)]


def lint_subflow(flow: Flow) -> list[Fault]:
    """Everything wrong with a sub-flow, which names no states but its own."""
    astray = unresolved(flow, {"states": flow.states})
    return [*lint_part(flow), *astray, *(() if astray else _unreachable(flow))]


def _sections(flow: Flow) -> Iterator[Fault]:
    """What each section has wrong with it, whatever else there is."""
    yield from misfits(flow)
    yield from language_faults(flow)
    yield from slot_faults(flow)
    yield from unusable_intents(flow)
    yield from prompt_faults(flow)
    yield from notice_faults(flow)
    yield from _skills(flow)
    yield from stray_details(flow)


def _skills(flow: Flow) -> Iterator[Fault]:
    for name, state in flow.states.items():
        skills = state.skills if isinstance(state, Transfer) else ()
        for index, skill in enumerate(skills):
            if skill in skills[:index]:
                yield Fault(("states", name, "skills", index), f"{skill!r} is written twice: keep one")


# The graph


def _unreachable(flow: Flow) -> Iterator[Fault]:
    """The states at which each part that is cut off begins; those behind them are a consequence."""
    begun = {flow.start, *flow.anywhere.values(), *flow.once_verified.values()}
    seen = begun.union(*(_behind(flow, name) for name in begun))
    lost = [name for name in flow.states if name not in seen]
    inner = {way.target for name in lost for way in exits(flow.states[name]) if way.target != name}
    for name in sorted(lost, key=inner.__contains__):
        if name not in seen:
            yield Fault(("states", name), f"no state leads to {name!r}: point one at it or remove it")
            seen |= {name, *_behind(flow, name)}


def _behind(flow: Flow, name: Name) -> set[Name]:
    """Every state that ``name`` leads to."""
    behind: set[Name] = set()
    waiting = [name]
    while waiting:
        targets = {way.target for way in exits(flow.states[waiting.pop()])} - {BACK}
        waiting += targets - behind
        behind |= targets
    return behind
