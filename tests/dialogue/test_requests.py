"""What callers ask for: put on record before anybody is told, and never forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.small import call, small
from voicebot.dialogue.actions import Conclude, HandOff, HangUp, RecordRequest, Say
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.script import Script, hold
from voicebot.dialogue.events import (
    CallerHungUp,
    DialogueEvent,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition, Request, RequestKind

VERIFIED = ("yes", "#4321")
CALL_BACK: dict[str, Any] = {
    "states": {
        "bored": None,
        "amount": {"when_silent": "note"},
        "note": {"request": "call_back", "with": {"date": "pay_on"}, "then": "later", "failed": "lost"},
        "later": {"say": {"en": "That is noted."}, "conclude": "RPC_CALLBACK"},
    },
}
RECORDED, LOST = RequestRecorded(), RequestNotRecorded()
OPT_OUT = RecordRequest(Request(RequestKind.OPT_OUT))


def call_back() -> Flow:
    return small(CALL_BACK)


def test_nothing_is_called_noted_before_it_is_on_record() -> None:
    conversation, actions = call(*VERIFIED, "on friday", "", "", "", flow=call_back())
    assert actions == [RecordRequest(Request(RequestKind.CALL_BACK, {"date": "2026-11-27"}))]
    assert conversation.requests == []
    assert conversation.handle(RECORDED)[0] == Say("That is noted.", "en")
    assert conversation.requests == [Request(RequestKind.CALL_BACK, {"date": "2026-11-27"})]


def test_what_could_not_be_kept_is_said_so() -> None:
    conversation, actions = call(*VERIFIED, "", "", "", LOST, flow=call_back())
    assert actions[0] == Say("Not saved.", "en")
    assert conversation.requests == []


def test_what_the_caller_has_not_told_does_not_go_along() -> None:
    _, actions = call(*VERIFIED, "", "", "", flow=call_back())
    assert actions == [RecordRequest(Request(RequestKind.CALL_BACK))]


def test_a_dispute_carries_what_the_caller_said_without_what_tells_who_it_is() -> None:
    note = {"request": "dispute", "then": "bored", "failed": "lost"}
    flow = small({"once_verified": {"dispute": "note"}, "states": {"note": note}})
    _, actions = call("yes", "#4321", "I dispute this, call 415 555 0132", flow=flow)
    assert actions == [RecordRequest(Request(RequestKind.DISPUTE, {"words": "I dispute this, call [phone]"}))]


def test_news_of_a_request_that_nobody_made_changes_nothing() -> None:
    for stray in (RECORDED, LOST):
        conversation, actions = call("yes", stray)
        assert (actions, conversation.state, conversation.requests) == ([], "verify", [])


@pytest.mark.parametrize(
    ("disposition", "kind"),
    [
        ("DNC", RequestKind.OPT_OUT),
        ("OPT_OUT_VOICE", RequestKind.OPT_OUT_VOICE),
        ("THREAT", RequestKind.THREAT),
        ("DECEASED", RequestKind.DECEASED),
        ("VULNERABLE", RequestKind.VULNERABLE),
        ("LANGUAGE", RequestKind.LANGUAGE),
    ],
)
@pytest.mark.parametrize("outcome", [RECORDED, LOST], ids=["on disk", "disk full"])
def test_an_end_after_which_nobody_calls_is_recorded_before_the_goodbye_and_stands_whatever_comes_of_it(
    disposition: str, kind: RequestKind, outcome: DialogueEvent
) -> None:
    flow = small({"states": {"stranger": {"conclude": disposition}}})
    conversation, actions = call("no", flow=flow)
    assert actions == [RecordRequest(Request(kind))]
    goodbye = [Say("Sorry.", "en"), Conclude(Disposition(disposition)), HangUp()]
    assert conversation.handle(outcome) == goodbye


def test_whoever_hangs_up_meanwhile_is_not_called_again_either() -> None:
    _, actions = call("stop calling me", CallerHungUp())
    assert actions == [Conclude(Disposition.DNC)]


def test_an_opt_out_that_the_flow_has_recorded_is_not_recorded_twice() -> None:
    states = {
        "note": {"request": "opt_out", "then": "opt_out", "failed": "opt_out"},
        "opt_out": {"conclude": "DNC"},
    }
    flow = small({"anywhere": {"stop_calling": "note"}, "states": states})
    conversation, actions = call("stop calling me", flow=flow)
    assert actions == [OPT_OUT]
    assert isinstance(conversation.handle(RECORDED)[-1], HangUp)
    conversation, _ = call("stop calling me", flow=flow)
    assert conversation.handle(LOST) == [OPT_OUT]  # once more: it is worth a second try


def test_a_hand_off_that_ends_all_calls_is_recorded_before_it_is_made() -> None:
    flow = small({"states": {"human": {"conclude": "DNC"}}})
    conversation, actions = call(*VERIFIED, "a person please", flow=flow)
    assert actions == [OPT_OUT]
    assert isinstance(conversation.handle(RECORDED)[-1], HandOff)


def test_details_that_do_not_go_with_a_request_are_told() -> None:
    flow = small({"states": {**CALL_BACK["states"], "note": {**CALL_BACK["states"]["note"]}}})
    note = flow.states["note"].model_copy(update={"details": {"colour": "pay_on", "phone": "pay_on"}})
    told = lint(flow.model_copy(update={"states": {**flow.states, "note": note}}))
    assert [(fault.path[-1], fault.message) for fault in told] == [
        ("phone", "'pay_on' holds date, and phone is needed here"),
        ("colour", "'colour' does not go with 'call_back', which takes date, time, phone"),
    ]


def scene(*steps: dict[str, Any]) -> list[str]:
    told = {"test": "a call", "language": "en", "steps": steps}
    facts = {"name": "Ana", "currency": "USD", "last4": "4321", "balance": "500.00"}
    script = Script.model_validate({"today": "2026-11-23", "facts": facts, "tests": [told]})
    return [held.fault.message for held in hold(script, call_back()) if held.fault]


def test_conversations_tell_what_must_be_on_record() -> None:
    before = ({"caller": "yes"}, {"keys": "4321"}, {"caller": "on friday"}, *({"caller": ""},) * 3)
    assert scene(*before, {"bot": "later", "requests": ["call_back"]}) == []
    assert scene(*before, {"requests": {"call_back": {"date": "2026-11-27"}}}) == []
    assert scene(*before, {"requests": {"call_back": {}}}) == [
        "the requests on record are call_back date=2026-11-27"
    ]
    assert scene(*before, {"event": "request_not_recorded", "bot": "lost", "requests": []}) == []
    assert scene({"requests": ["opt_out"]}) == ["the requests on record are none"]
