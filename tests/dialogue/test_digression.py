"""Callers who want to know something first: they are told, and then the question is put again."""

from __future__ import annotations

from typing import Any

from tests.dialogue.small import call, event, listening, said, small
from voicebot.dialogue.actions import Say
from voicebot.dialogue.attempt import DETOURS
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.paths import explore
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.events import HandOffFailed
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition

ARE_YOU_A_ROBOT = "are you a robot"
PROMISED = ("yes", "#4321", "two hundred dollars on friday")


def curious(changes: dict[str, Any] | None = None) -> Flow:
    """The small flow, which tells whoever asks that it is a machine."""
    robot = {"say": {"en": "I am a machine."}, "then": "back"}
    digression = {"anywhere": {"asks_if_ai": "robot"}, "states": {"robot": robot}}
    return small({**digression, **(changes or {})})


def test_question_is_put_again_after_the_answer() -> None:
    conversation, actions = call(ARE_YOU_A_ROBOT, flow=curious())
    assert said(actions) == "I am a machine. Is this Ana?"
    assert listening(actions).state == conversation.state == "who"
    assert conversation.trail == ["greet", "who", "robot", "who"]


def test_shorter_form_is_used_for_it() -> None:
    _, actions = call("yes", "#4321", ARE_YOU_A_ROBOT, flow=curious())
    assert said(actions) == "I am a machine. How much?"


def test_read_back_is_read_in_full_again_and_heard_to_its_end() -> None:
    conversation, actions = call(*PROMISED, ARE_YOU_A_ROBOT, flow=curious())
    assert said(actions) == "I am a machine. Two hundred dollars on Friday, November twenty seventh. Right?"
    assert [one.interruptible for one in actions if isinstance(one, Say)] == [True, False, True]
    assert conversation.slots.keys() == {"amount", "pay_on"}


def test_yes_in_the_same_breath_confirms_no_read_back() -> None:
    conversation, _ = call(*PROMISED, "yes, but are you a robot", flow=curious())
    assert conversation.state == "read_back"


def test_answer_in_the_same_breath_counts() -> None:
    conversation, actions = call("yes", "4321, are you a robot?", flow=curious())
    assert said(actions) == "I am a machine. You owe five hundred dollars. How much can you pay?"
    assert conversation.verified


def test_digression_is_no_failed_answer() -> None:
    conversation, _ = call("mumble", ARE_YOU_A_ROBOT, "mumble", flow=curious())
    assert conversation.state == "who"
    assert said(conversation.handle(event("mumble"))) == "Not understood. Press 1 or 2."


def test_keypad_is_asked_for_again_where_it_was() -> None:
    _, actions = call("mumble", "mumble", ARE_YOU_A_ROBOT, flow=curious())
    assert said(actions) == "I am a machine. Press 1 or 2."


def test_too_many_digressions_are_answers_not_understood() -> None:
    conversation, _ = call(*[ARE_YOU_A_ROBOT] * DETOURS, flow=curious())
    for _ in range(3):
        assert said(conversation.handle(event(ARE_YOU_A_ROBOT))).startswith("I am a machine.")
    actions = conversation.handle(event(ARE_YOU_A_ROBOT))
    assert said(actions) == "I am a machine. Goodbye."
    assert conversation.disposition is Disposition.HUMAN_NO_RPC


def test_what_is_urgent_comes_before_a_digression() -> None:
    conversation, _ = call("are you a robot? wrong number, there is no ana here", flow=curious())
    assert conversation.disposition is Disposition.WRONG_PARTY


def test_digression_may_choose_what_to_say() -> None:
    tells = {
        "robot": {"choose": [{"when": "verified", "then": "friendly"}], "otherwise": "curt"},
        "friendly": {"say": {"en": "A friendly machine."}, "then": "back"},
        "curt": {"say": {"en": "A machine."}, "then": "back"},
    }
    flow = curious({"states": tells})
    assert said(call(ARE_YOU_A_ROBOT, flow=flow)[1]) == "A machine. Is this Ana?"
    assert said(call("yes", "#4321", ARE_YOU_A_ROBOT, flow=flow)[1]) == "A friendly machine. How much?"
    assert (lint(flow), prove(flow)) == ([], [])


def test_question_that_a_digression_answers_is_passed_over() -> None:
    everything = {"set": {"amount": "balance"}, "then": "back"}
    flow = curious({"once_verified": {"asks_if_ai": "everything"}, "states": {"everything": everything}})
    conversation, actions = call("yes", "#4321", ARE_YOU_A_ROBOT, flow=flow)
    assert (conversation.state, said(actions)) == ("day", "When?")


def test_who_is_put_through_in_vain_may_come_back() -> None:
    sorry = {"say": {"en": "Nobody is free."}, "then": "back"}
    patient = {asked: {"give_up": "bored"} for asked in ("amount", "day", "read_back")}
    flow = small({"states": {**patient, "sorry": sorry, "human": {"failed": "sorry"}}})
    assert prove(flow) == []
    _, actions = call("yes", "#4321", "let me talk to a person", HandOffFailed(), flow=flow)
    assert said(actions) == "Nobody is free. How much?"


def test_only_digressions_remember_the_question_that_was_left() -> None:
    plain, curiously = explore(small()), explore(curious())
    assert all(here.left is None for here in plain)
    assert {here for here in curiously if here.left is None} == set(plain)
    assert {here.state for here in curiously if here.left} == {"robot"}
