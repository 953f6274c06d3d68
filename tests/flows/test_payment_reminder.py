"""The flow that ships: sound, proved and rehearsed, and never anywhere the proofs have not been."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.dialogue.actions import Action, Conclude, Listen, RecordPromise, Say
from voicebot.dialogue.check import check
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import (
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    DialogueEvent,
    HandedOff,
    HandOffFailed,
    KeysPressed,
    PromiseNotRecorded,
    PromiseRecorded,
    RecognitionFailed,
)
from voicebot.dialogue.flow import Flow
from voicebot.dialogue.loader import load_flow
from voicebot.dialogue.paths import explore
from voicebot.disposition import Disposition

FLOWS = Path(__file__).parents[2] / "flows"
FACTS = {
    "agency": "Demo Agency",
    "first_name": "Ana",
    "currency": "USD",
    "last4": "4321",
    "creditor": "Demo Store",
    "balance": "500.00",
    "due_date": "2026-11-13",
}
TO_READ_BACK = {
    "en": ["yes", "four three two one", "no", "two hundred dollars", "on friday"],
    "es": ["sí", "cuatro tres dos uno", "no", "doscientos dólares", "el viernes"],
}


@cache
def flow() -> Flow:
    return load_flow(FLOWS / "payment_reminder.yaml")


def call(language: str) -> Conversation:
    return Conversation(flow(), FACTS, language=language, today=date(2026, 11, 23))


def test_flows_that_ship_are_sound_proved_and_rehearsed() -> None:
    assert check([FLOWS]) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answers", range(6))
def test_hang_up_at_any_point_concludes_once(language: str, answers: int) -> None:
    conversation = call(language)
    conversation.start()
    for words in TO_READ_BACK[language][:answers]:
        conversation.handle(CallerSaid(words))
    expected = [Disposition.SILENCE, Disposition.HUMAN_NO_RPC, *[Disposition.RPC_HANGUP] * 4][answers]
    assert conversation.handle(CallerHungUp()) == [Conclude(expected)]
    assert conversation.promise is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_can_be_heard_and_typed(language: str) -> None:
    conversation = call(language)
    actions = conversation.start()
    for words in TO_READ_BACK[language]:
        listen = actions[-1]
        assert isinstance(listen, Listen)
        assert listen.context.grammar
        assert listen.keys in (0, 1, 4)
        actions = conversation.handle(CallerSaid(words))
    assert conversation.state == "read_back"


WORDS = st.sampled_from(
    [
        *("yes", "no", "purple", "four three two one", "all of it", "two hundred dollars on friday"),
        *("nine hundred dollars", "on friday", "yesterday", "hold on", "say that again", "stop calling me"),
        *("i want to speak to a person", "no, three hundred dollars", "i already paid", "i can't pay", ""),
        *("wrong number", "she's not home", "call me tomorrow", "i don't owe that", "sí", "el viernes"),
    ]
)
KEYS = st.sampled_from(["1", "2", "0", "9", "4321", "300#", "1204", "9999"])
EVENTS: st.SearchStrategy[DialogueEvent] = st.one_of(
    WORDS.map(CallerSaid),
    KEYS.map(KeysPressed),
    st.sampled_from([CallerSilent(), PromiseRecorded(), HandOffFailed(), RecognitionFailed()]),
    st.sampled_from([PromiseNotRecorded(), HandedOff()]),
)
VERIFIED = [KeysPressed("1"), KeysPressed("4321")]
BEGINNINGS: st.SearchStrategy[list[DialogueEvent]] = st.sampled_from([[], VERIFIED])
PRIVATE = ("500", "five hundred", "quinientos", "Demo Store", "debt", "deuda", "4321", "four three two one")


@settings(max_examples=60, deadline=None)
@given(BEGINNINGS, st.lists(EVENTS, max_size=20), st.sampled_from(["en", "es"]))
def test_no_call_goes_where_the_proofs_have_not_been(
    beginning: list[DialogueEvent], events: list[DialogueEvent], language: str
) -> None:
    proved = {(at.state, at.verified, at.known) for at in explore(flow())}
    conversation = call(language)
    conversation.start()
    for happened in beginning + events:
        conversation.handle(happened)
        at = (conversation.state, conversation.verified, frozenset(conversation.slots))
        assert at in proved


@settings(max_examples=60, deadline=None)
@given(BEGINNINGS, st.lists(EVENTS, max_size=20), st.sampled_from(["en", "es"]))
def test_storm_of_events_leaks_nothing_and_concludes_once(
    beginning: list[DialogueEvent], events: list[DialogueEvent], language: str
) -> None:
    conversation = call(language)
    before: list[Action] = []
    everything = actions = conversation.start()
    for happened in [*beginning, *events, CallerHungUp(), CallerHungUp()]:
        before += [] if conversation.verified else actions
        actions = conversation.handle(happened)
        everything = everything + actions
    said = " ".join(action.text for action in before if isinstance(action, Say))
    assert not [word for word in PRIVATE if word in said]
    assert sum(isinstance(action, Conclude) for action in everything) == 1
    assert_promises_follow_a_read_back(everything)


def assert_promises_follow_a_read_back(actions: list[Action]) -> None:
    """Whatever is recorded was said, to its end, right before the question that was answered with yes."""
    for index, action in enumerate(actions):
        if isinstance(action, RecordPromise):
            read = [say for say in actions[:index] if isinstance(say, Say) and not say.interruptible]
            assert read[-1].text.startswith(("I have", "Tengo"))
