"""Calls as the store scenes tell them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from voicebot.calls.record import CallRecord, Latency, Turn
from voicebot.disposition import Disposition, PromiseToPay

STARTED_AT = datetime(2026, 11, 22, 15, 30, 0, 250_000, tzinfo=UTC)
PROMISE = PromiseToPay(Decimal("250.10"), "USD", date(2026, 12, 4), whole=True)
BEGINNING: dict[str, Any] = {
    "flow": "reminder",
    "flow_version": "9f86d081884c",
    "language": "es",
    "started_at": STARTED_AT,
}


def a_record(call_id: str = "call 1", promise: PromiseToPay | None = None) -> CallRecord:
    return CallRecord(
        call_id=call_id,
        seconds=42.5,
        disposition=Disposition.RPC_PROMISE if promise else Disposition.RPC_REFUSAL,
        promise=promise,
        turns=(
            Turn("bot", "¿Hablo con Ana?", 0.1, 1.9),
            Turn("caller", "sí", 2.2, 2.6),
            Turn("bot", "Gracias.", 3.2, 4.0, Latency(500.0, 12.5, 0.5, 1.25, 560.0)),
        ),
        events=({"event": "answered", "at": 0.0}, {"event": "hung_up", "at": 42.5, "by": ["caller"]}),
        **BEGINNING,
    )
