"""What lint says of flows with one thing wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.small import small
from voicebot.dialogue.checking.lint import lint

TALKATIVE = "word " * 31
DEMO = {"wants_demo": {"en": ["i want a demo"]}}


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"start": "gret"}, "start", "there is no state 'gret': did you mean 'greet'?"),
        ({"anywhere": {"human": "humans"}}, "anywhere human", "did you mean 'human'?"),
        ({"once_verified": {"human": "x_x"}}, "once_verified human", "there is no state 'x_x'; there is"),
        ({"states": {"greet": {"then": "whom"}}}, "states greet then", "did you mean 'who'?"),
        ({"states": {"who": {"on": {"no": "strange"}}}}, "states who on no", "did you mean 'stranger'?"),
        ({"states": {"who": {"when_silent": "zz"}}}, "states who when_silent", "there is no state 'zz'"),
        ({"states": {"verify": {"verify": "lst4"}}}, "states verify verify", "did you mean 'last4'?"),
        ({"states": {"verify": {"verify": "balance"}}}, "states verify verify", "digits is needed here"),
        ({"states": {"amount": {"collect": "sum_x"}}}, "states amount collect", "there is no slot 'sum_x'"),
        ({"states": {"amount": {"also": ["payon"]}}}, "states amount also", "did you mean 'pay_on'?"),
        ({"states": {"read_back": {"confirm": ["date"]}}}, "states read_back confirm", "no slot 'date'"),
        (
            {"states": {"record": {"record_promise": {"date": "amount"}}}},
            "states record record_promise date",
            "'amount' holds money, and date is needed here",
        ),
        (
            {"slots": {"amount": {"max": "name"}}},
            "slots amount max",
            "'name' holds text, and money is needed",
        ),
        ({"slots": {"amount": {"latest": "today"}}}, "slots amount latest", "this slot holds money"),
        ({"slots": {"pay_on": {"latest": "payday"}}}, "slots pay_on latest", "there is no fact 'payday'"),
        (
            {"slots": {"amount": {"kind": "text"}}},
            "states amount collect",
            "'amount' holds text, and money",
        ),
        ({"anywhere": {"wants_dem": "human"}, "intents": DEMO}, "anywhere wants_dem", "mean 'wants_demo'?"),
        ({"states": {"who": {"keys": {"7": "demo"}}}}, "states who keys 7", "'demo' is not known"),
        ({"intents": DEMO}, "intents wants_demo", "'wants_demo' leads nowhere: add it to 'anywhere'"),
        ({"intents": {"promise": {"en": ["ok"]}}}, "intents promise", "is understood in every flow"),
        (
            {"intents": {"wants_demo": {"es": ["un demo"]}}, "once_verified": {"wants_demo": "amount"}},
            "intents wants_demo",
            "this intent has no phrases in 'en'",
        ),
        ({"slots": {"name": {"kind": "text"}}}, "slots name", "'name' is a fact already"),
        ({"facts": {"currency": None}}, "facts balance", "money needs a text fact 'currency'"),
        ({"languages": ["en", "fr"]}, "languages 1", "cannot speak 'fr'"),
        ({"languages": ["en", "es"]}, "messages no_input", "this prompt has no text in 'es'"),
        (
            {"states": {"nobody": {"say": {"es": "Adiós."}}}},
            "states nobody say es",
            "the flow does not speak 'es'",
        ),
        ({"states": {"who": {"say": {"en": "{{ nam }}?"}}}}, "states who say en", "did you mean 'name'?"),
        ({"states": {"who": {"say": {"en": "{{ name }"}}}}, "states who say en", "cannot be read"),
        ({"states": {"who": {"say": {"en": "{{ name | moni }}"}}}}, "states who say en", "cannot be"),
        ({"states": {"who": {"say": {"en": "{{ name | money }}"}}}}, "states who say en", "cannot be said"),
        ({"states": {"who": {"say": {"en": "{{ again }}"}}}}, "states who say en", "no fact and no slot"),
        ({"states": {"who": {"say": {"en": TALKATIVE}}}}, "states who say en", "takes 12 s to say"),
        (
            {"states": {"alone": {"set": {"amount": "balance"}, "then": "who"}}},
            "states alone",
            "no state leads",
        ),
        (
            {"states": {"human": {"skills": ["plans", "plans"]}}},
            "states human skills 1",
            "'plans' is written twice: keep one",
        ),
        ({"states": {"who": {"keypad": None}}}, "states who", "has no 'keypad' prompt"),
        ({"states": {"who": {"on": {"no": None}}}}, "states who on", "needs a target for 'no'"),
        ({"states": {"amount": {"collected": None}}}, "states amount collect", "needs 'collected' beside it"),
        ({"states": {"who": {"collected": "verify"}}}, "states who collected", "needs 'collect' beside it"),
        ({"states": {"who": {"expect": None, "on": None}}}, "states who", "no answer leads anywhere"),
        ({"states": {"who": {"keys": {"3": "dispute"}}}}, "states who keys 3", "'dispute' leads nowhere"),
        (
            {"states": {"greet": {"say": {"en": "Hello, it is only me."}}}},
            "states greet say en",
            "does not say that this is",
        ),
        ({"keys": {"0": "human"}}, "keys 0", "'human' has no target in 'anywhere'"),
    ],
)
def test_one_thing_is_wrong(changes: dict[str, Any], path: str, message: str) -> None:
    found = {" ".join(map(str, fault.path)): fault.message for fault in lint(small(changes))}
    assert path in found
    assert message in found[path]


def test_small_flow_has_no_lint() -> None:
    assert lint(small()) == []


def test_all_is_said_at_once() -> None:
    wrong = {"start": "gret", "states": {"who": {"give_up": "noone", "say": {"en": "{{ nam }}"}}}}
    assert len(lint(small(wrong))) == 3


@pytest.mark.parametrize("languages", [["pt"], ["en", "pt"], ["pt", "en"]])
def test_a_language_that_there_is_not_is_told_once_and_nothing_that_follows_from_it(
    languages: list[str],
) -> None:
    spoken = {"states": {"nobody": {"say": {"en": "Goodbye.", "es": "Adiós."}}}}
    asked = {"once_verified": {"wants_demo": "amount"}, "intents": DEMO, "languages": languages}
    [fault] = lint(small(spoken | asked))
    assert fault.path == ("languages", languages.index("pt"))
    assert fault.message == "cannot speak 'pt'; there is en, es"


def test_languages_are_told_as_they_are_written() -> None:
    [fault] = lint(small({"states": {"nobody": {"say": {"en": "Goodbye.", "es": "Adiós."}}}}))
    assert fault.message == "the flow does not speak 'es': its languages are en"


def test_only_the_first_state_of_what_is_cut_off_is_named() -> None:
    [fault] = lint(small({"states": {"read_back": {"yes": "lost"}}}))
    assert fault.path == ("states", "record")


def test_circle_that_is_cut_off_is_named_once() -> None:
    ring = {name: {"say": {"en": "Oh."}, "then": then} for name, then in (("ping", "pong"), ("pong", "ping"))}
    assert [fault.path for fault in lint(small({"states": ring}))] == [("states", "ping")]


def test_each_notice_has_its_words_in_each_language() -> None:
    said = {"en": "I am a virtual assistant and this is recorded.", "es": "Soy un asistente."}
    faults = lint(small({"states": {"greet": {"say": said}}}))
    told = [fault.message for fault in faults if fault.path == ("states", "greet", "say", "es")]
    assert [message.split(":")[0] for message in told if "does not say" in message] == [
        "does not say that this is automated",
        "does not say that this is recorded",
    ]
