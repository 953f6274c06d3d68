from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.understanding.glossary import FLAGS, INTENTS
from voicebot.dialogue.understanding.interpretation import (
    TOPICS,
    Interpretation,
    OpenQuestion,
    answer_schema,
    meaning_of,
    read_answer,
    request,
)
from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, Meaning, OwnIntent, Setting, Topic
from voicebot.errors import InterpreterError

WORDS = "well you know maybe two hundred some day this week friday perhaps"
DEMO = OwnIntent("wants_demo")
ASKED = OpenQuestion(
    WORDS,
    Setting(
        "en",
        date(2026, 11, 23),
        frozenset({Expect.AMOUNT}),
        Decimal(500),
        name="Ana",
        own=((DEMO, ("show me a demo",)),),
    ),
    frozenset({Intent.PROMISE, Intent.HUMAN, Intent.ALREADY_PAID, Topic.ASKS_WHO, DEMO, Flag.OPT_OUT}),
)


def answered(**body: object) -> Interpretation:
    return read_answer(json.dumps(body), ASKED)


def test_every_intent_topic_and_flag_is_explained() -> None:
    assert set(TOPICS) == set(Topic)
    assert set(INTENTS) == set(Intent)
    assert set(FLAGS) == set(Flag)


def test_the_model_is_told_what_it_may_choose_and_no_fact_of_the_account() -> None:
    told = request(ASKED)
    assert list(told["intents"]) == ["already_paid", "asks_who", "human", "promise", "wants_demo"]
    assert told["intents"]["wants_demo"] == "such as: show me a demo"
    assert list(told["flags"]) == ["opt_out"]
    assert told["words"] == WORDS
    assert "500" not in json.dumps(told)
    assert "Ana" not in json.dumps(told)


def test_the_schema_names_the_same_labels() -> None:
    schema = answer_schema(ASKED)["properties"]
    assert schema["intent"]["anyOf"][0]["enum"] == [
        "already_paid",
        "asks_who",
        "human",
        "promise",
        "wants_demo",
    ]
    assert schema["flags"]["items"]["enum"] == ["opt_out"]


def test_money_and_days_are_read_out_of_the_quotes_by_our_own_grammar() -> None:
    found = answered(intent="promise", flags=[], quote_amount="two hundred", quote_date="friday")
    meaning = meaning_of(found, ASKED)
    assert (meaning.intent, meaning.amount, meaning.date) == (
        Intent.PROMISE,
        Decimal(200),
        date(2026, 11, 27),
    )


@pytest.mark.parametrize("name", ["asks_who", "wants_demo"])
def test_topics_and_the_flows_own_intents_are_chosen_alike(name: str) -> None:
    assert {str(one) for one in meaning_of(answered(intent=name), ASKED).heard} == {name}


def test_what_has_been_paid_is_no_offer() -> None:
    meaning = meaning_of(answered(intent="already_paid", quote_amount="two hundred"), ASKED)
    assert (meaning.intent, meaning.amount) == (Intent.ALREADY_PAID, None)


def test_a_quote_that_names_no_money_offers_none() -> None:
    assert meaning_of(answered(quote_amount="some day"), ASKED) == Meaning()


def test_plain_json_in_a_fence_is_as_good() -> None:
    assert read_answer('```json\n{"intent": "human"}\n```', ASKED) == Interpretation(Intent.HUMAN)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "The caller wants a person.",
        "null",
        "[]",
        '{"intent": "yes"}',  # known, but not allowed here
        '{"intent": "confirm_promise"}',
        '{"flags": ["deceased"]}',
        '{"flags": null}',
        '{"amount": 200}',
        '{"quote_amount": 200}',
        '{"quote_amount": "three hundred"}',
        '{"quote_date": "2026-11-27"}',
        '{"intent": "human"} {"intent": "promise"}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused(content: str) -> None:
    with pytest.raises(InterpreterError):
        read_answer(content, ASKED)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([*Intent, *Topic, *Flag, DEMO]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_LABELS = st.sampled_from([*Intent, *Topic, *Flag, DEMO]) | _JSON
_QUOTES = (
    st.sampled_from(WORDS.split()) | st.sampled_from(["two hundred", "nine hundred", "all of it"]) | _JSON
)
_ANSWERS = (
    st.text()
    | _JSON.map(json.dumps)
    | st.fixed_dictionaries(
        {},
        optional={
            "intent": _LABELS,
            "flags": st.lists(_LABELS, max_size=3),
            "quote_amount": _QUOTES,
            "quote_date": _QUOTES,
        },
    ).map(json.dumps)
)


@given(_ANSWERS)
def test_whatever_is_answered_is_refused_or_chooses_among_the_allowed(content: str) -> None:
    try:
        found = read_answer(content, ASKED)
    except InterpreterError:
        return
    meaning = meaning_of(found, ASKED)
    assert meaning.heard <= ASKED.allowed
    assert meaning.amount in {None, Decimal(200)}
    assert meaning.date in {None, date(2026, 11, 27)}
    assert not meaning.digits
