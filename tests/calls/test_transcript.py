import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from voicebot.calls.events import (
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallerStartedSpeaking,
    CallerTyped,
    CallEvent,
    Concluded,
    PromiseKeptOnDisk,
    PromptEnded,
    PromptStarted,
    RequestKeptOnDisk,
)
from voicebot.calls.journal import Journal
from voicebot.calls.record import Latency, Turn
from voicebot.calls.transcript import call_record, summary, turns
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind

LATENCY = Latency(endpointing=300, stt=20, understanding=1, tts=12, voice_to_voice=333)
PROMISE = PromiseToPay(Decimal("250.00"), "USD", date(2026, 12, 1))


def journal(*events: CallEvent) -> Journal:
    written = Journal()
    answered = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    written.write(CallAnswered(0.0, "call-1", "reminder", "abc", "en", 16000, answered))
    for event in events:
        written.write(event)
    return written


def heard(text: str, start: float, end: float) -> CallerHeard:
    return CallerHeard(end + 0.3, start, end, "silence", text, 1.0, "scripted", 5.0)


def test_prompts_in_a_row_are_one_turn_of_the_bot() -> None:
    told = turns(
        journal(
            PromptStarted(0.1, "Hello.", "en"),
            PromptEnded(1.0, 0.9, True),
            PromptStarted(1.1, "Am I speaking with Ana?", "en"),
            PromptEnded(2.5, 1.4, True),
            heard("yes", 3.0, 3.4),
        )
    )
    assert told == [
        Turn("bot", "Hello. Am I speaking with Ana?", 0.1, 2.5),
        Turn("caller", "yes", 3.0, 3.4),
    ]


def test_an_answer_to_the_caller_carries_its_latency() -> None:
    told = turns(journal(heard("yes", 3.0, 3.4), PromptStarted(3.7, "Thank you.", "en", LATENCY)))
    assert told[-1] == Turn("bot", "Thank you.", 3.7, 3.7, LATENCY)


def test_a_prompt_that_is_broken_in_on_ends_before_the_caller_does() -> None:
    told = turns(
        journal(
            PromptStarted(0.1, "A long prompt", "en"),
            CallerStartedSpeaking(1.0, True),
            PromptEnded(1.2, 1.1, False),
            heard("wait", 1.0, 1.6),
        )
    )
    assert [(turn.speaker, turn.ended_at) for turn in told] == [("bot", 1.2), ("caller", 1.6)]


def test_keys_are_a_turn_of_the_caller() -> None:
    assert turns(journal(CallerTyped(5.0, 4.0, "4729"))) == [Turn("caller", "[keys 4729]", 4.0, 5.0)]


def test_the_record_tells_the_whole_call() -> None:
    record = call_record(
        journal(
            PromiseKeptOnDisk(20.0, PROMISE),
            Concluded(21.0, Disposition.RPC_PARTIAL_PROMISE),
            CallEnded(24.0, "bot"),
        )
    )
    assert (record.call_id, record.seconds) == ("call-1", 24.0)
    assert record.disposition is Disposition.RPC_PARTIAL_PROMISE
    assert record.promise == PROMISE


def test_a_call_without_a_conclusion_has_failed() -> None:
    assert call_record(journal()).disposition is Disposition.TECHNICAL_FAILURE


def test_the_summary_tells_instalments_where_there_are_several() -> None:
    plan = replace(PROMISE, instalments=3)
    told = summary(
        call_record(journal(PromiseKeptOnDisk(20.0, plan), Concluded(21.0, Disposition.RPC_PROMISE)))
    )
    assert told["promise"] == {"amount": "250.00", "currency": "USD", "date": "2026-12-01", "instalments": 3}


def test_the_summary_is_what_call_json_promises() -> None:
    record = call_record(
        journal(
            heard("yes", 3.0, 3.4),
            PromptStarted(3.7, "Thank you.", "en", LATENCY),
            PromiseKeptOnDisk(20.0, PROMISE),
            Concluded(21.0, Disposition.RPC_PROMISE),
        )
    )
    told = json.loads(json.dumps(summary(record)))
    assert told["promise"] == {"amount": "250.00", "currency": "USD", "date": "2026-12-01"}
    assert told["disposition"] == "RPC_PROMISE"
    assert told["turns"][0] == {
        "speaker": "caller",
        "text": "yes",
        "started_at": 3.0,
        "ended_at": 3.4,
        "latency_ms": None,
    }
    assert set(told["turns"][1]["latency_ms"]) == {
        "endpointing",
        "stt",
        "understanding",
        "tts",
        "transport",
        "voice_to_voice",
    }


def test_every_event_is_json_and_names_itself() -> None:
    events = call_record(journal(PromiseKeptOnDisk(20.0, PROMISE))).events
    assert [event["event"] for event in json.loads(json.dumps(events))] == [
        "CallAnswered",
        "PromiseKeptOnDisk",
    ]


def test_what_was_asked_for_is_told_only_where_something_was() -> None:
    asked = Request(RequestKind.CALL_BACK, {"date": "2026-12-01"})
    record = call_record(journal(RequestKeptOnDisk(4.0, asked)))
    assert record.requests == (asked,)
    assert summary(record)["requests"] == [{"kind": "call_back", "date": "2026-12-01"}]
    assert "requests" not in summary(call_record(journal()))
