"""From the journal to the call record. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from voicebot.calls.events import (
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallerTyped,
    CallEvent,
    Concluded,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromptEnded,
    PromptStarted,
    RequestKeptOnDisk,
)
from voicebot.calls.journal import Journal, as_json
from voicebot.calls.record import CallRecord, Turn
from voicebot.disposition import Disposition, PromiseToPay, Request

E = TypeVar("E", bound=CallEvent)


def call_record(journal: Journal) -> CallRecord:
    """What remains of the call.

    A journal without a conclusion is that of a call which failed: its disposition is TECHNICAL_FAILURE.
    """
    answered = _only(journal, CallAnswered)
    ended = _last(journal, CallEnded)
    concluded = _last(journal, Concluded)
    promise = _last(journal, PromiseKeptOnDisk)
    switched = _last(journal, LanguageSwitched)
    return CallRecord(
        call_id=answered.call_id,
        flow=answered.flow,
        flow_version=answered.flow_version,
        language=(switched or answered).language,
        started_at=answered.started_at,
        seconds=(ended or list(journal)[-1]).at,
        disposition=concluded.disposition if concluded else Disposition.TECHNICAL_FAILURE,
        promise=promise.promise if promise else None,
        turns=tuple(turns(journal)),
        events=tuple(as_json(event) for event in journal),
        direction=answered.direction,
        account_id=answered.account_id,
        requests=tuple(event.request for event in journal if isinstance(event, RequestKeptOnDisk)),
    )


def turns(events: Iterable[CallEvent]) -> list[Turn]:
    """Who said what and when; prompts that follow each other without a word of the caller's are one turn."""
    found: list[Turn] = []
    for event in events:
        match event:
            case PromptStarted():
                _bot_speaks(found, event)
            case PromptEnded():
                _bot_stops(found, event.at)
            case CallerHeard(text=text, started_at=start, ended_at=end):
                found.append(Turn("caller", text, start, end))
            case CallerTyped(keys=keys, started_at=start, at=end):
                found.append(Turn("caller", f"[keys {keys}]", start, end))
    return found


def _bot_speaks(found: list[Turn], prompt: PromptStarted) -> None:
    last = found[-1] if found else None
    if last and last.speaker == "bot" and prompt.latency is None:
        found[-1] = replace(last, text=f"{last.text} {prompt.text}")
    else:
        found.append(Turn("bot", prompt.text, prompt.at, prompt.at, prompt.latency))


def _bot_stops(found: list[Turn], at: float) -> None:
    last = max(n for n, turn in enumerate(found) if turn.speaker == "bot")
    found[last] = replace(found[last], ended_at=at)


def summary(record: CallRecord) -> dict[str, Any]:
    """The call as ``call.json`` tells it: times in seconds since answer, latencies in milliseconds."""
    return {
        "call_id": record.call_id,
        "flow": record.flow,
        "language": record.language,
        "disposition": record.disposition.value,
        "promise": record.promise and _promise_summary(record.promise),
        **({"requests": [_request_summary(one) for one in record.requests]} if record.requests else {}),
        "turns": [_turn_summary(turn) for turn in record.turns],
    }


def _promise_summary(promise: PromiseToPay) -> dict[str, str | int]:
    told = {"amount": str(promise.amount), "currency": promise.currency, "date": promise.date.isoformat()}
    return told | ({"instalments": promise.instalments} if promise.instalments > 1 else {})


def _request_summary(request: Request) -> dict[str, Any]:
    return {"kind": request.kind.value, **request.details}


def _turn_summary(turn: Turn) -> dict[str, Any]:
    latency = as_json(turn.latency)
    return {
        "speaker": turn.speaker,
        "text": turn.text,
        "started_at": round(turn.started_at, 3),
        "ended_at": round(turn.ended_at, 3),
        "latency_ms": latency and {stage: round(ms, 1) for stage, ms in latency.items()},
    }


def _last(journal: Journal, kind: type[E]) -> E | None:
    return next((event for event in reversed(list(journal)) if isinstance(event, kind)), None)


def _only(journal: Journal, kind: type[E]) -> E:
    found = _last(journal, kind)
    assert found is not None, f"a journal begins with {kind.__name__}"
    return found
