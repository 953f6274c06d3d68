from __future__ import annotations

from typing import Any

from tests.dialogue.small import FACTS, MONDAY, small
from voicebot.dialogue.checking.coverage import Coverage, covered, marked
from voicebot.dialogue.checking.script import Script, hold
from voicebot.dialogue.language.flow import Flow


def rehearsed(*scenes: list[dict[str, Any]], flow: Flow | None = None) -> Coverage:
    """What these conversations cover."""
    tests = [{"test": "a call", "language": "en", "steps": steps} for steps in scenes]
    script = Script.model_validate({"today": MONDAY, "facts": FACTS, "tests": tests})
    held = hold(script, marked(flow or small()))
    assert [one.fault for one in held if one.fault] == []
    return covered(flow or small(), [one.trail for one in held])


def taken(coverage: Coverage) -> list[str]:
    return [str(way) for way in coverage.ways if way not in coverage.never_taken]


NOT_UNDERSTOOD = [{"caller": "purple"}] * 4
SILENT = [{"caller": ""}] * 4


def test_states_and_ways_are_counted() -> None:
    coverage = rehearsed([{"caller": "no", "disposition": "WRONG_PARTY"}])
    assert taken(coverage) == ["greet -then-> who", "who -no-> stranger"]
    assert coverage.never_entered[:2] == ("verify", "amount")
    assert str(coverage) == f"small: 3 of 15 states, 2 of {len(coverage.ways)} ways, 1 conversation"


def test_silence_and_words_that_are_not_understood_are_two_ways_to_one_state() -> None:
    flow = small({"states": {"who": {"when_silent": "nobody"}}})
    assert "who -give_up-> nobody" in taken(rehearsed(NOT_UNDERSTOOD, flow=flow))
    assert "who -when_silent-> nobody" not in taken(rehearsed(NOT_UNDERSTOOD, flow=flow))
    assert "who -when_silent-> nobody" in taken(rehearsed(SILENT, flow=flow))


def test_what_is_heard_anywhere_counts_once() -> None:
    to_amount = [{"caller": "yes"}, {"keys": "4321", "bot": "amount"}]
    stopped = {"caller": "stop calling me", "bot": "opt_out"}
    coverage = rehearsed([stopped], [*to_amount, stopped])
    assert [way for way in taken(coverage) if "opt_out" in way] == ["anywhere -stop_calling-> opt_out"]
    assert "verify -right-> amount" in taken(coverage)


def test_way_back_to_a_question_is_taken() -> None:
    aside = {"say": {"en": "I am a machine."}, "then": "back"}
    flow = small({"anywhere": {"asks_if_ai": "aside"}, "states": {"aside": aside}})
    coverage = rehearsed([{"caller": "are you a robot?"}, {"caller": "no", "bot": "stranger"}], flow=flow)
    assert "aside -then-> back" in taken(coverage)
    assert "who -no-> stranger" in taken(coverage)


def test_choices_that_look_alike_are_told_apart() -> None:
    options = [{"when": f"balance >= {least}", "then": "nobody"} for least in (900, 400)]
    flow = small({"states": {"fork": {"choose": options, "otherwise": "nobody"}, "greet": {"then": "fork"}}})
    coverage = rehearsed([{"bot": "nobody"}], flow=flow)
    assert [way for way in taken(coverage) if way.startswith("fork")] == ["fork -balance >= 400-> nobody"]


def test_conversation_in_any_tone_counts() -> None:
    flow = small({"tones": ["formal", "friendly"]})
    flow = flow.with_tones({"friendly": flow})
    script = Script.model_validate(
        {
            "today": MONDAY,
            "facts": FACTS | {"tone": "friendly"},
            "tests": [{"test": "a", "language": "en", "steps": [{"caller": "no"}]}],
        }
    )
    [held] = hold(script, marked(flow))
    assert "who -no-> stranger" in taken(covered(flow, [held.trail]))
