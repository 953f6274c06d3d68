"""Words that lead elsewhere and answer the question there in the same breath."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from tests.dialogue.small import call, small
from voicebot.dialogue.checking.paths import explore
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.language.flow import Flow

CALL_BACK: dict[str, Any] = {
    "slots": {
        "call_on": {"kind": "date", "earliest": "today", "latest": "today + 14 days"},
        "call_at": "time",
    },
    "anywhere": {"call_later": "ask_day"},
    "states": {
        "ask_day": {
            "say": {"en": "On which day?"},
            "collect": "call_on",
            "also": "call_at",
            "collected": "ask_time",
            "give_up": "nobody",
        },
        "ask_time": {
            "say": {"en": "At what time?"},
            "collect": "call_at",
            "collected": "nobody",
            "give_up": "nobody",
        },
    },
}


def calling_back() -> Flow:
    return small(CALL_BACK)


def test_day_and_time_are_taken_with_the_wish_itself() -> None:
    conversation, _ = call("call me tomorrow after six", flow=calling_back())
    assert conversation.slots == {"call_on": date(2026, 11, 24), "call_at": time(18)}
    assert conversation.trail[-3:] == ["ask_day", "ask_time", "nobody"]


def test_what_was_not_said_is_asked_for() -> None:
    assert call("call me tomorrow", flow=calling_back())[0].state == "ask_time"
    assert call("call me later", flow=calling_back())[0].state == "ask_day"


def test_a_day_of_the_open_question_does_not_take_it() -> None:
    conversation, _ = call("yes", "#4321", "two hundred dollars", "call me tomorrow", flow=calling_back())
    assert conversation.slots.keys() == {"amount", "call_on"}


def test_what_lies_beyond_its_bounds_is_asked_for() -> None:
    conversation, _ = call("call me back on december twentieth", flow=calling_back())
    assert (conversation.state, conversation.slots) == ("ask_day", {})


def test_proofs_know_of_it() -> None:
    known = {at.known for at in explore(calling_back()) if at.state == "ask_day"}
    assert frozenset({"call_on", "call_at"}) in known
    assert prove(calling_back()) == []


def test_hardship_with_an_amount_is_an_offer() -> None:
    helped = small({"once_verified": {"hardship": "nobody"}})
    assert call("yes", "#4321", "i lost my job", flow=helped)[0].state == "nobody"
    conversation, _ = call("yes", "#4321", "i lost my job but i can pay one hundred", flow=helped)
    assert conversation.slots == {"amount": 100}
