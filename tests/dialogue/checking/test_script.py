"""Scripts over the small flow: what they find, and where they say it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.small import FACTS, MONDAY, small
from voicebot.dialogue.checking.script import Script, hold
from voicebot.dialogue.language.problems import Fault


def run(*steps: dict[str, Any], language: str = "en", **facts: object) -> list[Fault]:
    scene = {"test": "a call", "language": language, "facts": facts, "steps": steps}
    script = Script.model_validate({"today": MONDAY, "facts": FACTS, "tests": [scene]})
    return [held.fault for held in hold(script, small()) if held.fault]


def test_call_goes_as_written() -> None:
    assert not run(
        {"bot": "who", "says": "i am a machine"},
        {"caller": "yes", "bot": "verify"},
        {"keys": "4321", "bot": "amount", "says": "five hundred dollars"},
        {"caller": "fifty dollars", "slots": {"amount": "50.00"}},
        {"caller": "on friday", "slots": {"pay_on": "2026-11-27"}, "promise": "nothing"},
        {"caller": "yes", "disposition": "RPC_PARTIAL_PROMISE", "says": "part noted"},
        {"promise": {"amount": 50, "date": "2026-11-27"}},
    )


def test_facts_of_one_scene_differ() -> None:
    assert not run({"caller": "yes"}, {"keys": "4321", "says": "twenty dollars"}, balance="20")


@pytest.mark.parametrize(
    ("step", "key", "message"),
    [
        ({"bot": "verify"}, ("bot",), "the conversation is in 'who', where it says"),
        ({"says": "good morning"}, ("says",), "what is said is 'I am a machine and I record. Is this Ana?'"),
        ({"slots": {"amount": 5}}, ("slots", "amount"), "'amount' is not known"),
        ({"slots": {"amont": 5}}, ("slots", "amont"), "the flow has no slot 'amont'"),
        ({"slots": {"amount": "five"}}, ("slots", "amount"), "'five' is not an amount"),
        ({"promise": {"amount": 5, "date": "2026-12-01"}}, ("promise",), "the promise on record is nothing"),
        ({"disposition": "DNC"}, ("disposition",), "the contact is open, in state 'who'"),
        ({"hang_up": True, "disposition": "DNC"}, ("disposition",), "the contact is SILENCE"),
    ],
)
def test_difference_is_told_where_it_is_written(
    step: dict[str, Any], key: tuple[str, ...], message: str
) -> None:
    [fault] = run({"bot": "who"}, step)
    assert fault.path == ("tests", 0, "steps", 1, *key)
    assert message in fault.message


def test_events_of_the_outside_world_happen() -> None:
    to_read_back = [{"caller": "yes"}, {"keys": "4321"}, {"caller": "fifty dollars on friday"}]
    assert not run(
        *to_read_back,
        {"caller": "yes", "bot": "record"},
        {"event": "promise_not_recorded", "bot": "lost", "promise": "nothing"},
    )
    assert not run({"event": "recognition_failed", "says": "press 1"}, {"keys": "2", "bot": "stranger"})


def test_scene_that_cannot_start_says_why() -> None:
    [fault] = run(language="es")
    assert "cannot start: flow small does not speak 'es'" in fault.message


# Callers who do not wait

TO_READ_BACK: list[dict[str, Any]] = [
    {"caller": "yes"},
    {"keys": "4321"},
    {"caller": "fifty dollars on friday", "bot": "read_back"},
]


def test_words_over_a_notice_are_lost_and_keys_are_not() -> None:
    assert not run(
        {"caller": "no", "early": True, "bot": "who", "says": "i am a machine"},
        {"caller": "no", "bot": "stranger"},
    )
    assert not run({"keys": "2", "early": True, "bot": "stranger"})


def test_question_is_broken_in_on() -> None:
    assert not run({"caller": "yes"}, {"caller": "four three two one", "early": True, "bot": "amount"})


def test_read_back_is_heard_to_its_end_before_anything_is_a_yes() -> None:
    assert not run(
        *TO_READ_BACK,
        {"caller": "yes", "early": True, "bot": "read_back", "says": "fifty dollars"},
        {"keys": "1", "early": True, "bot": "read_back", "promise": "nothing"},
        {"keys": "1", "bot": "part_noted"},
    )
    assert not run(*TO_READ_BACK, {"keys": "9", "early": True, "disposition": "DNC"})


def test_silence_is_never_early() -> None:
    with pytest.raises(ValueError, match="'early' is for words or keys"):
        run({"caller": "", "early": True})
