"""Calls as the store scenes tell them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from voicebot.calls.record import CallRecord, Latency, Turn
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.store.sql import SqlStore
from voicebot.store.tables import calls

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


async def a_call_elsewhere(store: SqlStore, host: str = "web-2") -> None:
    """One that begins now, held by a machine that cannot be seen and says nothing."""
    await store.call_started("call elsewhere", **BEGINNING | {"started_at": datetime.now(UTC)})
    async with store.database.writing("whose it is") as sql:
        await sql.execute(update(calls).values(held_by=f"{host}/2d1c6b09.4026531836:4242:1843"))
