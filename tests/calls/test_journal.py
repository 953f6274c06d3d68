"""What is kept of a journal can be read again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from voicebot.calls.events import (
    AgentLeft,
    CallAnswered,
    CallEnded,
    CallerHeard,
    CallEvent,
    Concluded,
    PromiseKeptOnDisk,
    PromiseNotKept,
    PromptStarted,
)
from voicebot.calls.journal import as_json, event_of
from voicebot.calls.record import Latency
from voicebot.disposition import Disposition, PromiseToPay

ANSWERED = datetime(2026, 11, 23, tzinfo=UTC)
PROMISE = PromiseToPay(Decimal("250.10"), "USD", date(2026, 12, 4), whole=True)


@pytest.mark.parametrize(
    "event",
    [
        CallAnswered(0.0, "1", "f", "v", "en", 8000, ANSWERED, account_id="4711", today=ANSWERED.date()),
        PromptStarted(1.0, "¿Hablo con Ana?", "es", Latency(300.0, 1.5, 0.5, 9.0, 320.0)),
        CallerHeard(2.0, 1.0, 1.9, "silence", "sí", 0.5, "sphinx", 12.5),
        PromiseKeptOnDisk(3.0, PROMISE),
        PromiseNotKept(3.0),
        AgentLeft(4.0, 60.0),
        Concluded(4.0, Disposition.RPC_PROMISE),
        CallEnded(5.0, "caller"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_event_is_read_as_it_was_written(event: CallEvent) -> None:
    assert event_of(json.loads(json.dumps(as_json(event)))) == event


def test_what_is_no_event_is_told() -> None:
    with pytest.raises(ValueError, match="there is no event 'Sneezed'"):
        event_of({"event": "Sneezed", "at": 1.0})
    with pytest.raises(ValueError, match="CallEnded without a proper by"):
        event_of({"event": "CallEnded", "at": 1.0, "by": "nobody"})
