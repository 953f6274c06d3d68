"""``voicebot simulate``: thousands of calls against a flow, counted and shown."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track

from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.paths import explore
from voicebot.dialogue.checking.proof import endless
from voicebot.dialogue.facts import read_facts
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import TONE
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.language.tones import in_known_tone
from voicebot.dialogue.reading.loader import read_flow
from voicebot.errors import FlowError
from voicebot.simulation.account import fictional_facts
from voicebot.simulation.play import PlayedCall, play
from voicebot.simulation.remarks import Knows
from voicebot.simulation.report import show
from voicebot.simulation.tally import Tally
from voicebot.simulation.terms import Terms


@dataclass(frozen=True, slots=True)
class Plan:
    """Which calls to hold."""

    calls: int
    """In each language."""
    languages: Sequence[str]
    """None: all that the flow speaks."""
    personas: Sequence[str]
    seed: int
    facts: Mapping[str, object]
    """In place of fictional ones."""
    today: date


def run_simulation(path: Path, plan: Plan, console: Console) -> bool:
    """Hold the calls and show what they came to; whether every law held.

    A flow whose proofs fail may be simulated: that shows what its callers would hear.

    Raises:
        FlowError: the flow cannot be followed, does not speak a language, or its facts cannot be read.
    """
    flow = _walkable(path, plan.facts)
    sound = True
    for language in plan.languages or flow.languages:
        started = time.perf_counter()
        tally = _hold(flow, language, plan, console)
        show(tally, language, time.perf_counter() - started, console)
        sound &= tally.sound
    return sound


def calls_of(flow: Flow, language: str, plan: Plan) -> Iterable[PlayedCall]:
    """The calls of a plan in one language, one persona after the other in turn.

    Raises:
        FlowError: the flow does not speak it, or facts cannot be read.
    """
    if language not in flow.languages:
        raise FlowError(f"flow {flow.id} does not speak {language!r}: use {' or '.join(flow.languages)}")
    terms = Terms(
        flow, read_facts(flow, {**fictional_facts(flow, plan.today), **plan.facts}), language, plan.today
    )
    knows = Knows(language, plan.today, terms.currency, terms.digits, terms.debt)
    return (
        play(plan.personas[number % len(plan.personas)], number, terms, knows, seed=plan.seed)
        for number in range(plan.calls)
    )


def _hold(flow: Flow, language: str, plan: Plan, console: Console) -> Tally:
    tally = Tally(flow)
    what = f"{flow.id}, {language}"
    for call in track(
        calls_of(flow, language, plan), what, total=plan.calls, console=console, transient=True
    ):
        tally.add(call)
    return tally


def _walkable(path: Path, facts: Mapping[str, object]) -> Flow:
    flow, source = read_flow(path)
    spoken = in_known_tone(flow, facts)
    if faults := lint(spoken) or list(endless(explore(spoken))):
        raise UnusableFlow(source.in_tone(str(facts.get(TONE, ""))).problems(faults))
    return spoken
