"""Intents that a flow names itself, and topics, lead where the flow says."""

from __future__ import annotations

from random import Random

import pytest
from pydantic import ValidationError

from tests.dialogue.small import MONDAY, call, small
from voicebot.dialogue.actions import Listen
from voicebot.dialogue.understanding.meaning import Intent, Setting, Topic
from voicebot.dialogue.understanding.parse import understand
from voicebot.simulation.words import spell_out
from voicebot.stt.jsgf import sentences

DEMO = {"wants_demo": {"en": ["(show|send) me [a|the] demo", "I'd like a web site tour"]}}
FLOW = small({"intents": DEMO, "once_verified": {"wants_demo": "bored", "asks_amount": "amount"}})
VERIFIED = ("yes", "4321")


@pytest.mark.parametrize("words", ["Well, show me the demo!", "id like a website tour please"])
def test_own_intent_leads_where_the_flow_says(words: str) -> None:
    assert call(*VERIFIED, words, flow=FLOW)[0].trail[-1] == "bored"


def test_own_intent_is_heard_as_whole_words_only() -> None:
    assert call(*VERIFIED, "show me the democracy", flow=FLOW)[0].state == "amount"


def test_own_intent_is_not_heard_before_its_time() -> None:
    assert call("show me the demo", flow=FLOW)[0].state == "who"


def test_own_intent_may_be_a_key() -> None:
    flow = small({"intents": DEMO, "anywhere": {"wants_demo": "nobody"}, "keys": {"5": "wants_demo"}})
    assert call("#5", flow=flow)[0].disposition == "HUMAN_NO_RPC"


def test_recogniser_listens_for_own_intents() -> None:
    listen = call(*VERIFIED, flow=FLOW)[1][-1]
    assert isinstance(listen, Listen)
    grammar = sentences(listen.context.grammar)
    assert grammar.fullmatch(" send me the demo")
    assert grammar.fullmatch(" how much do i owe")


def test_simulated_caller_can_say_it() -> None:
    said = {spell_out(DEMO["wants_demo"]["en"][0], "en", Random(seed)) for seed in range(40)}
    assert {"show me demo", "send me a demo", "send me the demo"} <= said


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("show me ... demo", "'...' cannot be listened for"),
        ("show me <amount>", "'<' cannot be listened for"),
        ("show (me demo", "the brackets of 'show (me demo' do not match"),
        ("[please]", "'[please]' says nothing"),
        ("", "'' says nothing"),
    ],
)
def test_phrase_that_nobody_could_say_is_refused(phrase: str, message: str) -> None:
    with pytest.raises(ValidationError, match=r"intents\.wants_demo\.en") as refused:
        small({"intents": {"wants_demo": {"en": [phrase]}}})
    assert message in str(refused.value)


def test_topic_with_a_line_of_its_own_is_more_than_a_question() -> None:
    flow = small({"anywhere": {"question": "human"}, "once_verified": {"asks_amount": "bored"}})
    assert call(*VERIFIED, "how much do i owe again", flow=flow)[0].trail[-1] == "bored"


def test_topic_without_a_line_is_a_question() -> None:
    flow = small({"once_verified": {"question": "bored"}})
    assert call(*VERIFIED, "how much do i owe again", flow=flow)[0].trail[-1] == "bored"


@pytest.mark.parametrize(
    ("language", "words", "topic"),
    [
        ("en", "how much do i owe again", Topic.ASKS_AMOUNT),
        ("en", "wait what is my balance exactly", Topic.ASKS_AMOUNT),
        ("en", "and when is that due", Topic.ASKS_DUE_DATE),
        ("en", "okay so how do i pay it", Topic.ASKS_HOW_TO_PAY),
        ("en", "can i pay with my debit card", Topic.ASKS_HOW_TO_PAY),
        ("en", "sorry who is this", Topic.ASKS_WHO),
        ("en", "what company are you with", Topic.ASKS_WHO),
        ("en", "what is this about", Topic.ASKS_REASON),
        ("es", "cuánto era que debo", Topic.ASKS_AMOUNT),
        ("es", "me recuerda el saldo", Topic.ASKS_AMOUNT),
        ("es", "hasta cuándo tengo plazo", Topic.ASKS_DUE_DATE),
        ("es", "y dónde lo puedo pagar", Topic.ASKS_HOW_TO_PAY),
        ("es", "páseme el cbu", Topic.ASKS_HOW_TO_PAY),
        ("es", "de parte de quién", Topic.ASKS_WHO),
        ("es", "con quién hablo", Topic.ASKS_WHO),
        ("es", "de qué se trata", Topic.ASKS_REASON),
    ],
)
def test_what_is_asked_about_is_heard(language: str, words: str, topic: Topic) -> None:
    assert topic in understand(words, Setting(language, MONDAY)).topics


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "in spanish please"),
        ("en", "does anyone there speak spanish"),
        ("en", "i do not understand english very well"),
        ("en", "no hablo inglés"),
        ("en", "en español por favor"),
        ("es", "no hablo español"),
        ("es", "hay alguien que hable inglés"),
        ("es", "do you speak english"),
        ("es", "in english please"),
    ],
)
def test_wish_for_another_language_is_heard(language: str, words: str) -> None:
    meaning = understand(words, Setting(language, MONDAY))
    assert Intent.OTHER_LANGUAGE in meaning.heard


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "i don't understand"),
        ("en", "i can pay on friday"),
        ("en", "i don't know"),
        ("es", "no entiendo"),
        ("es", "no sé"),
        ("es", "puedo pagar el viernes"),
    ],
)
def test_what_is_no_wish_for_another_language_is_not_taken_for_one(language: str, words: str) -> None:
    assert Intent.OTHER_LANGUAGE not in understand(words, Setting(language, MONDAY)).heard
