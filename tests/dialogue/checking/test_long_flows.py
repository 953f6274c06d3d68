"""Flows of hundreds of states, as surveys or many products may have: proved like short ones."""

from __future__ import annotations

from typing import Any

from tests.dialogue.small import small
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.paths import LONGEST_WAY, explore
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.language.flow import Flow

ROUNDS = 160
"""Of three states each."""


def long_flow(changes: dict[str, Any] | None = None) -> Flow:
    """The small flow with ``ROUNDS`` questions before the amount, each with a way around and digressions."""
    states: dict[str, Any] = {"verify": {"right": "ask_0"}}
    for number in range(ROUNDS):
        states |= one_round(number, "amount" if number == ROUNDS - 1 else f"ask_{number + 1}")
    states["robot"] = {"say": {"en": "I am a machine."}, "then": "back"}
    states["how_much"] = {"say": {"en": "It is {{ balance | money }}."}, "then": "back"}
    jumps = {"anywhere": {"asks_if_ai": "robot"}, "once_verified": {"asks_amount": "how_much"}}
    return small({**jumps, "states": states | (changes or {})})


def one_round(number: int, then: str) -> dict[str, Any]:
    return {
        f"ask_{number}": {
            "say": {"en": "Yes or no?"},
            "keypad": {"en": "Press 1 or 2."},
            "expect": "yes_no",
            "also": ["amount", "pay_on"],
            "on": {"yes": f"say_{number}", "no": f"weigh_{number}"},
            "give_up": "bored",
        },
        f"say_{number}": {"say": {"en": "All right."}, "then": then},
        f"weigh_{number}": {
            "choose": [{"when": "amount is known", "then": f"say_{number}"}],
            "otherwise": then,
        },
    }


def test_flow_of_five_hundred_states_is_sound_and_proved() -> None:
    flow = long_flow()
    assert len(flow.states) > 490
    assert (lint(flow), prove(flow)) == ([], [])


def test_situations_grow_with_the_states_and_not_faster() -> None:
    """Each question is met with nothing, either slot or both known, and left for either digression."""
    assert len(explore(long_flow())) < ROUNDS * 4 * 6


def test_long_way_to_a_breach_is_told_without_its_middle() -> None:
    last = f"say_{ROUNDS - 1}"
    flow = long_flow({last: {"say": {"en": "{{ pay_on | date }}."}, "then": "amount"}})
    (fault,) = prove(flow)
    assert fault.message.startswith(
        "'pay_on' may not be known yet when this is said; greet -> who -yes-> verify"
    )
    assert fault.message.endswith(f"-yes-> {last}")
    assert fault.message.count("->") == LONGEST_WAY - 1
    assert " states ... " in fault.message
