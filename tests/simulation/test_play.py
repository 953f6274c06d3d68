"""Callers made of code: broken flows are found out, sound ones hold, and the same seed is the same call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.small import FACTS, MONDAY, small
from voicebot.dialogue.actions import Action, Conclude, HangUp, RecordPromise, Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import DialogueEvent
from voicebot.dialogue.facts import read_facts
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import load_flow
from voicebot.simulation.account import fictional_facts
from voicebot.simulation.oracle import Law
from voicebot.simulation.personas import PERSONAS
from voicebot.simulation.play import PlayedCall, play
from voicebot.simulation.remarks import Knows
from voicebot.simulation.tally import Tally
from voicebot.simulation.terms import Terms

FLOWS = Path(__file__).parents[2] / "flows"


def calls(flow: Flow, facts: dict[str, Any], count: int, language: str = "en", seed: int = 1) -> Tally:
    """``count`` calls of every persona."""
    terms = Terms(flow, read_facts(flow, facts), language, MONDAY)
    knows = Knows(language, MONDAY, terms.currency, terms.digits, terms.debt)
    tally = Tally(flow)
    for number in range(count):
        for persona in PERSONAS:
            tally.add(play(persona, number, terms, knows, seed=seed))
    return tally


@cache
def shipped(name: str) -> Flow:
    return load_flow(FLOWS / f"{name}.yaml")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["payment_reminder", "reception"])
def test_flows_that_ship_keep_every_law(name: str, language: str) -> None:
    flow = shipped(name)
    tally = calls(flow, fictional_facts(flow, MONDAY), 60, language)
    assert tally.shortest_broken is None
    assert tally.broken == {}


def test_sound_flow_keeps_every_law_and_is_seen_as_a_whole() -> None:
    tally = calls(small(), FACTS, 150)
    # "Right?" alone does not read back what a refused correction left standing.
    assert set(tally.broken) <= {Law.READ_BACK}
    assert tally.never_visited == []


@pytest.mark.parametrize(
    ("changes", "law"),
    [
        ({"states": {"who": {"say": {"en": "{{ name }}, you have a debt?"}}}}, Law.PRIVACY),
        ({"states": {"who": {"say": {"en": "{{ name }}, about {{ balance | money }}?"}}}}, Law.PRIVACY),
        ({"states": {"verify": {"say": {"en": "Is it {{ last4 | digits }}?"}}}}, Law.SECRET),
        ({"states": {"greet": {"interruptible": True}}}, Law.NOTICES),
        ({"start": "who"}, Law.NOTICES),
        ({"anywhere": {"stop_calling": "stranger"}}, Law.STOP),
        ({"anywhere": {"stop_calling": None}}, Law.STOP),
        ({"states": {"day": {"collected": "record"}}}, Law.READ_BACK),
        ({"states": {"read_back": {"no": "record"}}}, Law.WORKS),
        ({"states": {"stranger": {"conclude": "RPC_DISPUTE"}}}, Law.RIGHT_PARTY),
        ({"states": {"lost": {"conclude": "RPC_PROMISE"}}}, Law.ON_RECORD),
    ],
)
def test_broken_flow_is_found_out_by_its_callers(changes: dict[str, Any], law: Law) -> None:
    tally = calls(small(changes), FACTS, 60)
    assert tally.broken[law] > 0
    assert tally.shortest_broken is not None


def saying_more(actions: Sequence[Action], event: DialogueEvent) -> list[Action]:
    return [*actions, *[Say("One more thing.", "en") for action in actions if isinstance(action, HangUp)]]


def concluding_twice(actions: Sequence[Action], event: DialogueEvent) -> list[Action]:
    return [*[action for action in actions if isinstance(action, Conclude)], *actions]


def forgetting_to_conclude(actions: Sequence[Action], event: DialogueEvent) -> list[Action]:
    return [action for action in actions if not isinstance(action, Conclude)]


def falling_silent(actions: Sequence[Action], event: DialogueEvent) -> list[Action]:
    return [action for action in actions if not isinstance(action, Conclude | HangUp)]


def doubling_promises(actions: Sequence[Action], event: DialogueEvent) -> list[Action]:
    return [_doubled(action) if isinstance(action, RecordPromise) else action for action in actions]


def _doubled(action: RecordPromise) -> RecordPromise:
    return RecordPromise(replace(action.promise, amount=action.promise.amount * 1000))


@pytest.mark.parametrize(
    ("mistake", "law"),
    [
        (saying_more, Law.LAST_WORD),
        (concluding_twice, Law.ONE_END),
        (forgetting_to_conclude, Law.ONE_END),
        (falling_silent, Law.NO_DEAD_END),
        (doubling_promises, Law.BOUNDS),
    ],
)
def test_broken_conversation_is_found_out(
    monkeypatch: pytest.MonkeyPatch, mistake: Callable[..., list[Action]], law: Law
) -> None:
    handle = Conversation.handle
    monkeypatch.setattr(Conversation, "handle", lambda self, event: mistake(handle(self, event), event))
    assert calls(small(), FACTS, 15).broken[law] > 0


def test_conversation_that_never_ends_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Conversation(small(), FACTS, language="en", today=MONDAY).start()[-1]
    monkeypatch.setattr("voicebot.simulation.play.LONGEST", 20)
    monkeypatch.setattr(Conversation, "handle", lambda self, event: [asking])
    assert calls(small(), FACTS, 3).broken[Law.ENDS] > 0


def one_call(seed: int, number: int) -> PlayedCall:
    terms = Terms(small(), read_facts(small(), FACTS), "en", MONDAY)
    knows = Knows("en", MONDAY, "USD", "4321", terms.debt)
    return play("random", number, terms, knows, seed=seed)


def test_same_seed_is_the_same_call() -> None:
    assert one_call(seed=5, number=3) == one_call(seed=5, number=3)
    assert one_call(seed=5, number=3) != one_call(seed=6, number=3)
