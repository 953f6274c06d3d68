"""Calls are held on one flow, and held again on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dialogue.small import FACTS, small
from voicebot.calls.events import (
    AgentLeft,
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallerTyped,
    CallerWasSilent,
    CallEvent,
    Concluded,
    HandedOff,
    HandOffFailed,
    PromiseKeptOnDisk,
    PromiseNotKept,
    RecognizerFailed,
    StateEntered,
)
from voicebot.calls.journal import as_json
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.errors import FlowError, ReplayError
from voicebot.replay.recorded import RecordedCall, recorded
from voicebot.replay.replaying import Comparison, Parting, parting, replay

ANSWERED = CallAnswered(
    0.0, "call 1", "small", "9f86d081884c", "en", 16000, datetime(2026, 11, 23, 15, tzinfo=UTC)
)
PROMISE = PromiseToPay(Decimal("200.00"), "USD", date(2026, 11, 27))


def heard(text: str) -> CallerHeard:
    return CallerHeard(1.0, 0.5, 1.0, "silence", text, 1.0, "scripted", 0.0)


def journal(*events: CallEvent, by: Any = "bot") -> list[dict[str, Any]]:
    return [as_json(event) for event in (ANSWERED, *events, CallEnded(9.0, by))]


def states(*names: str) -> list[CallEvent]:
    return [StateEntered(1.0, name) for name in names]


def talk(*pairs: tuple[str, CallEvent | None]) -> list[CallEvent]:
    """States that listened, each with what the caller did there."""
    found: list[CallEvent] = []
    for state, event in pairs:
        found += [StateEntered(1.0, state), *([event] if event else [])]
    return found


PROMISED = [
    *talk(
        ("who", heard("yes")),
        ("verify", CallerTyped(1.0, 1.0, "4321")),
        ("amount", heard("two hundred dollars on friday")),
        ("read_back", heard("yes")),
    ),
    PromiseKeptOnDisk(1.0, PROMISE),
    Concluded(1.0, Disposition.RPC_PARTIAL_PROMISE),
]


def again(events: Sequence[CallEvent], changes: dict[str, Any] | None = None, by: str = "bot") -> Comparison:
    return replay(recorded(journal(*events, by=by)), small(changes), FACTS)


def test_call_on_its_own_flow_goes_the_same_way() -> None:
    comparison = again(PROMISED)
    assert comparison.same
    assert comparison.promise_now == PROMISE
    assert comparison.now is Disposition.RPC_PARTIAL_PROMISE


def test_a_call_is_held_again_on_the_day_that_it_went_by_whatever_day_it_was_for_the_server() -> None:
    answered = replace(ANSWERED, started_at=datetime(2027, 2, 28, 23, tzinfo=UTC), today=date(2026, 11, 23))
    comparison = replay(recorded([as_json(answered), *journal(*PROMISED)[1:]]), small(), FACTS)
    assert comparison.same


def test_new_words_change_nothing() -> None:
    assert again(PROMISED, {"states": {"who": {"say": {"en": "Are you {{ name }}?"}}}}).same


def test_first_other_question_is_told() -> None:
    later: dict[str, Any] = {"states": {"amount": {"also": []}}}
    assert again(PROMISED, later).parting == Parting(4, "read_back", "day")


def test_other_ending_is_told() -> None:
    comparison = again(PROMISED, {"states": {"part_noted": {"conclude": "RPC_INFORMED"}}})
    assert (comparison.was, comparison.now) == (Disposition.RPC_PARTIAL_PROMISE, Disposition.RPC_INFORMED)
    assert comparison.parting is None
    assert not comparison.same


def test_call_that_the_new_flow_does_not_end_is_left_open() -> None:
    comparison = again(PROMISED, {"states": {"amount": {"also": []}}})
    assert (comparison.now, comparison.left_in, comparison.promise_now) == (None, "day", None)


def test_promise_beyond_new_bounds_is_not_made() -> None:
    comparison = again(PROMISED, {"slots": {"amount": {"max": 100}}})
    assert (comparison.promise_was, comparison.promise_now) == (PROMISE, None)
    assert comparison.parting == Parting(4, "read_back", "amount")


def test_promise_that_was_lost_is_lost_again() -> None:
    lost = [*PROMISED[:-2], PromiseNotKept(1.0), Concluded(1.0, Disposition.RPC_CALLBACK)]
    assert again(lost).same


def test_silence_failures_and_keys_are_told_again() -> None:
    call = [
        *talk(("who", CallerWasSilent(1.0)), ("who", RecognizerFailed(1.0, "busy"))),
        *talk(("who", CallerTyped(1.0, 1.0, "2"))),
        Concluded(1.0, Disposition.WRONG_PARTY),
    ]
    assert again(call).same


def test_hang_up_is_told_again() -> None:
    call = [*talk(("who", heard("yes")), ("verify", None)), Concluded(1.0, Disposition.HUMAN_NO_RPC)]
    assert again(call, by="caller").same


@pytest.mark.parametrize(
    ("outcome", "disposition"),
    [
        ([HandedOff(1.0, 2.0)], Disposition.RPC_NEGOTIATE_XFER),
        ([HandOffFailed(1.0, 2.0)], Disposition.RPC_CALLBACK),
        ([HandedOff(1.0, 2.0), AgentLeft(1.0, 60.0)], Disposition.RPC_NEGOTIATE_XFER),
    ],
)
def test_what_came_of_a_hand_off_comes_of_it_again(
    outcome: list[CallEvent], disposition: Disposition
) -> None:
    call = talk(
        ("who", heard("yes")), ("verify", heard("4 3 2 1")), ("amount", heard("i want to talk to a person"))
    )
    assert again([*call, *outcome, Concluded(1.0, disposition)]).same


def test_words_that_nobody_would_have_listened_to_are_left_out() -> None:
    deaf = [*talk(("who", RecognizerFailed(1.0, "busy")), ("who", heard("no"))), *states("who")]
    assert again(deaf).parting is not None  # the old flow listened: the new one waits for the keypad


def test_partings() -> None:
    assert parting(["a", "b"], ["a", "b"]) is None
    assert parting(["a", "b"], ["a", "c"]) == Parting(2, "b", "c")
    assert parting(["a", "b"], ["a"]) == Parting(2, "b", None)
    assert parting([], ["a"]) == Parting(1, None, "a")


def test_language_that_the_flow_does_not_speak_is_told() -> None:
    spanish = [as_json(event) | ({"language": "es"} if event is ANSWERED else {}) for event in (ANSWERED,)]
    with pytest.raises(FlowError, match="does not speak 'es'"):
        replay(recorded(spanish), small(), FACTS)


def test_recorded_call_knows_its_day_and_its_flow() -> None:
    call: RecordedCall = recorded(journal(*PROMISED))
    assert (call.call_id, call.flow_version, call.today) == ("call 1", "9f86d081884c", date(2026, 11, 23))
    assert call.states == ("who", "verify", "amount", "read_back")


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([], "nobody answered"),
        ([{"event": "answered", "at": 0.0}], "there is no event 'answered'"),
        ([{"event": "CallerTyped", "at": 0.0}], "CallerTyped without a proper started_at, keys"),
    ],
)
def test_what_is_no_journal_is_told(events: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(ReplayError, match=why):
        recorded(events)


def test_a_key_typed_before_the_read_back_was_heard_is_no_yes_in_a_replay_either() -> None:
    early = [*PROMISED[:-3], CallerTyped(1.0, 1.0, "1", early=True)]
    comparison = again(early)
    assert comparison.promise_now is None
    assert comparison.left_in == "read_back"
