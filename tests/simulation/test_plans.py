"""A negotiation, held with callers of every kind: whatever they say, its bounds hold."""

from __future__ import annotations

from itertools import product

from tests.dialogue.plans import plan_flow
from tests.dialogue.small import FACTS, MONDAY
from voicebot.dialogue.actions import RecordPromise
from voicebot.dialogue.facts import read_facts
from voicebot.disposition import PromiseToPay
from voicebot.simulation.oracle import Law
from voicebot.simulation.personas import PERSONAS
from voicebot.simulation.play import PlayedCall, play
from voicebot.simulation.remarks import Knows
from voicebot.simulation.terms import Terms

CALLS = 10_000
FLOW = plan_flow()
TERMS = Terms(FLOW, read_facts(FLOW, FACTS), "en", MONDAY)
KNOWS = Knows("en", MONDAY, TERMS.currency, TERMS.digits, TERMS.debt)


def test_nothing_is_recorded_beyond_the_bounds_in_ten_thousand_calls() -> None:
    calls = [
        play(persona, number, TERMS, KNOWS, seed=7)
        for number, persona in product(range(CALLS // len(PERSONAS) + 1), PERSONAS)
    ]
    promised = [promise for call in calls for promise in promises(call)]
    assert len(promised) > 100
    assert {promise.instalments for promise in promised} == {2, 3, 4, 5, 6}
    assert all(promise.amount * promise.instalments >= 500 for promise in promised)
    assert all(0 <= (promise.date - MONDAY).days <= 10 for promise in promised)
    assert not [breach for call in calls for breach in call.breaches if breach.law is Law.BOUNDS]


def promises(call: PlayedCall) -> list[PromiseToPay]:
    """What was recorded in a call."""
    done = (action for exchange in call.exchanges for action in exchange.actions)
    return [action.promise for action in done if isinstance(action, RecordPromise)]
