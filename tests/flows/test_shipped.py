"""The flows that ship: sound, proved and rehearsed, and never anywhere the proofs have not been."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.dialogue.actions import Action, Conclude, Listen, RecordPromise, RecordRequest, Say
from voicebot.dialogue.checking.check import check
from voicebot.dialogue.checking.paths import explore
from voicebot.dialogue.checking.script import Script
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import (
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    DialogueEvent,
    HandedOff,
    HandOffFailed,
    KeysPressed,
    MachineAnswered,
    PromiseNotRecorded,
    PromiseRecorded,
    RecognitionFailed,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.facts import read_facts
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.states import ReadBack, Transfer
from voicebot.dialogue.language.values import Value
from voicebot.dialogue.reading.files import read_source
from voicebot.dialogue.reading.loader import load_flow
from voicebot.dialogue.reading.typed_yaml import read_as
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.tts.spoken import say_date, say_digits, say_money

REPOSITORY = Path(__file__).parents[2]
FLOWS = REPOSITORY / "flows"
SHIPPED = sorted(path.name.removesuffix(".test.yaml") for path in FLOWS.glob("*.test.yaml"))

shipped = pytest.mark.parametrize("name", SHIPPED)


@cache
def flow(name: str) -> Flow:
    return load_flow(FLOWS / f"{name}.yaml")


@cache
def script(name: str) -> Script:
    return read_as(Script, read_source(FLOWS / f"{name}.test.yaml"))


@cache
def proved(name: str) -> frozenset[tuple[Name, bool, frozenset[Name]]]:
    """Where the proofs have been."""
    return frozenset((at.state, at.verified, at.known) for at in explore(flow(name)))


def test_flows_that_ship_are_sound_proved_and_rehearsed_in_every_state() -> None:
    report = check([FLOWS])
    assert report.problems == []
    assert {rehearsal.coverage.flow for rehearsal in report.rehearsals} == set(SHIPPED)
    assert [gap for rehearsal in report.rehearsals for gap in rehearsal.never_entered] == []


@shipped
def test_conversations_are_held_in_every_language(name: str) -> None:
    assert {scene.language for scene in script(name).tests} == set(flow(name).languages)


@shipped
def test_people_wait_in_the_queues_that_flows_hand_off_to(name: str) -> None:
    queues = re.findall(r"^\[(\w+)\]", (REPOSITORY / "dialplans" / "queues.conf").read_text(), re.M)
    states = flow(name).states.values()
    assert {state.hand_off for state in states if isinstance(state, Transfer)} <= set(queues)


# Whatever callers do

WORDS = st.sampled_from(
    [
        *("yes", "no", "purple", "four three two one", "all of it", "two hundred dollars on friday"),
        *("nine hundred dollars", "on friday", "yesterday", "hold on", "say that again", "stop calling me"),
        *("i want to speak to a person", "no, three hundred dollars", "i already paid", "i can't pay", ""),
        *("wrong number", "she's not home", "call me tomorrow", "i don't owe that", "sí", "el viernes"),
        *("fifty dollars", "december twentieth", "half of it", "i will pay", "cincuenta dólares", "not me"),
        *(
            "five thousand dollars",
            "in three weeks",
            "in four payments",
            "when i get paid",
            "my lawyer",
            "she passed away",
            "i'm in the hospital",
            "no me llamen más",
            "en español por favor",
            "how much do i owe",
            "how can i pay",
            "are you a robot",
            "delete my data",
            "yes, in three payments",
        ),
    ]
)
KEYS = st.sampled_from(["1", "2", "3", "0", "9", "4321", "300#", "60#", "1204", "2012", "9999"])
EVENTS: st.SearchStrategy[DialogueEvent] = st.one_of(
    WORDS.map(CallerSaid),
    KEYS.map(KeysPressed),
    KEYS.map(lambda keys: KeysPressed(keys, early=True)),
    st.sampled_from([CallerSilent(), PromiseRecorded(), HandOffFailed(), RecognitionFailed()]),
    st.sampled_from([PromiseNotRecorded(), HandedOff(), RequestRecorded(), RequestNotRecorded()]),
)
VERIFIED = [KeysPressed("1"), KeysPressed("4321")]
OFFERED = [*VERIFIED, CallerSaid("two hundred dollars on friday")]
DEAF = [
    RecognitionFailed(),
    KeysPressed("1"),
    RecognitionFailed(),
    *(KeysPressed(k) for k in ("4321", "60#")),
]
CALLS: st.SearchStrategy[list[DialogueEvent]] = st.builds(
    lambda beginning, events: [*beginning, *events],
    st.sampled_from([[], VERIFIED, OFFERED, DEAF]),
    st.lists(EVENTS, max_size=20),
)
LANGUAGES = st.sampled_from(["en", "es"])


def call(name: str, language: str) -> Conversation:
    return Conversation(flow(name), script(name).facts, language=language, today=script(name).today)


@shipped
@settings(max_examples=40, deadline=None)
@given(CALLS, LANGUAGES)
def test_no_call_goes_where_the_proofs_have_not_been(
    name: str, events: list[DialogueEvent], language: str
) -> None:
    conversation = call(name, language)
    conversation.start()
    for happened in events:
        conversation.handle(happened)
        assert (conversation.state, conversation.verified, frozenset(conversation.slots)) in proved(name)


@shipped
@settings(max_examples=40, deadline=None)
@given(CALLS, LANGUAGES)
def test_storm_of_events_leaks_nothing_and_concludes_once(
    name: str, events: list[DialogueEvent], language: str
) -> None:
    conversation = call(name, language)
    before: list[Action] = []
    everything = actions = conversation.start()
    for happened in [*events, CallerHungUp(), CallerHungUp()]:
        before += [] if conversation.verified else actions
        actions = conversation.handle(happened)
        everything = everything + actions
    said = " ".join(action.text for action in before if isinstance(action, Say))
    assert not [secret for secret in secrets(name, language) if secret in said]
    assert sum(isinstance(action, Conclude) for action in everything) == 1
    assert all(action.context.grammar for action in everything if isinstance(action, Listen))
    assert_promises_follow_a_read_back(everything)


@shipped
@settings(max_examples=40, deadline=None)
@given(CALLS, LANGUAGES, st.sampled_from([CallerHungUp(), MachineAnswered(Disposition.MACHINE)]))
def test_whatever_happens_the_bot_waits_or_ends_and_records_what_it_read_back_and_heard_a_yes_to(
    name: str, events: list[DialogueEvent], language: str, end: DialogueEvent
) -> None:
    conversation = call(name, language)
    everything = conversation.start()
    for happened in [*events, end, CallerHungUp()]:
        asked, slots = conversation.flow.states[conversation.state], dict(conversation.slots)
        actions = conversation.handle(happened)
        assert not any(isinstance(action, Listen | RecordPromise | RecordRequest) for action in actions[:-1])
        for action in actions:
            if isinstance(action, RecordPromise):
                assert isinstance(asked, ReadBack)
                assert_is_a_yes(happened)
                assert_was_read_back(everything, action.promise)
                assert slots.items() <= conversation.slots.items()
        everything = everything + actions
    assert conversation.finished
    assert sum(isinstance(action, Conclude) for action in everything) == 1
    assert conversation.handle(end) == conversation.handle(CallerSaid("yes")) == []


def assert_is_a_yes(event: DialogueEvent) -> None:
    assert event in (KeysPressed("1"), CallerSaid("yes"), CallerSaid("sí"))


def assert_was_read_back(actions: list[Action], promise: PromiseToPay) -> None:
    """The last that was heard to its end says amount and day of ``promise``, in its own language."""
    read = [say for say in actions if isinstance(say, Say) and not say.interruptible][-1]
    assert say_money(promise.amount, promise.currency, read.language).casefold() in read.text.casefold()
    assert say_date(promise.date, read.language) in read.text


@cache
def secrets(name: str, language: str) -> tuple[str, ...]:
    """What private facts sound like, and the words of a debt."""
    facts = read_facts(flow(name), script(name).facts)
    private = [value for fact, value in facts.items() if flow(name).facts[fact].private]
    currency = str(facts.get("currency", "USD"))
    return ("debt", "deuda", *map(str, private), *(aloud(value, currency, language) for value in private))


def aloud(value: Value, currency: str, language: str) -> str:
    match value:
        case Decimal():
            return say_money(value, currency, language)
        case date():
            return say_date(value, language)
        case _:
            return say_digits(str(value), language) if str(value).isdecimal() else str(value)


def assert_promises_follow_a_read_back(actions: list[Action]) -> None:
    """Whatever is recorded was said, to its end, right before the question that was answered with yes."""
    for index, action in enumerate(actions):
        if isinstance(action, RecordPromise):
            read = [say for say in actions[:index] if isinstance(say, Say) and not say.interruptible]
            assert read[-1].text.startswith(("I have", "Entonces"))
