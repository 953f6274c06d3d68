"""Call records as rows and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from voicebot.calls.record import CallRecord, Latency, Turn
from voicebot.disposition import Disposition, PromiseToPay


def row_of_call(record: CallRecord) -> dict[str, Any]:
    """The row of ``calls``; its promise has a row of its own."""
    row = {field.name: getattr(record, field.name) for field in fields(record) if field.name != "promise"}
    return row | {
        "disposition": record.disposition.value,
        "turns": [asdict(turn) for turn in record.turns],
        "events": list(record.events),
    }


def call_of_row(row: Mapping[Any, Any], promise: PromiseToPay | None) -> CallRecord:
    """The record of an ended call."""
    read = {
        "disposition": Disposition(row["disposition"]),
        "turns": tuple(_turn(turn) for turn in row["turns"]),
        "events": tuple(row["events"]),
    }
    return CallRecord(**{**row, **read}, promise=promise)


def promise_of_row(row: Mapping[Any, Any]) -> PromiseToPay:
    """The promise of a row of ``promises``."""
    return PromiseToPay(row["amount"], row["currency"], row["date"], row["whole"])


def _turn(written: Mapping[str, Any]) -> Turn:
    latency = written["latency"]
    return Turn(**{**written, "latency": latency and Latency(**latency)})
