"""The small flow with a negotiation: all at once, or two to six monthly payments from a day within ten."""

from __future__ import annotations

from typing import Any

from tests.dialogue.small import small
from voicebot.dialogue.language.flow import Flow

CHANGES: dict[str, Any] = {
    "slots": {
        "amount": {"min": "balance / 6"},
        "payments": {"kind": "number", "min": 2, "max": 6, "too_high": {"en": "Six at most. {{ again }}"}},
        "pay_on": {"latest": "today + 10 days"},
    },
    "states": {
        "amount": {
            "say": {"en": "You owe {{ balance | money }}. In how many payments?"},
            "again": {"en": "In how many payments?"},
            "collect": "payments",
            "also": "pay_on",
            "collected": "work_out",
        },
        "work_out": {"set": {"amount": "balance / payments"}, "then": "day"},
        "read_back": {
            "say": {"en": "{{ payments | number }} times {{ amount | money }} from {{ pay_on | date }}."},
            "confirm": ["payments", "amount", "pay_on"],
            "corrected": "work_out",
        },
        "record": {"record_promise": {"instalments": "payments"}},
    },
}


def plan_flow(changes: dict[str, Any] | None = None) -> Flow:
    """The flow, bent by ``changes`` of its states."""
    states = {**CHANGES["states"], **(changes or {})}
    return small({**CHANGES, "states": states})
