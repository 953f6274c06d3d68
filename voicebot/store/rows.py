"""Call records, requests and accounts as rows and back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from itertools import groupby
from typing import Any

from voicebot.calls.accounts import Account
from voicebot.calls.record import CallRecord, Latency, Turn
from voicebot.calls.requests import Decision, KeptRequest
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind

_OF_CALLS = [field.name for field in fields(CallRecord) if field.name not in ("promise", "requests")]


def row_of_call(record: CallRecord) -> dict[str, Any]:
    """The row of ``calls``; its promise and its requests have rows of their own."""
    return {name: getattr(record, name) for name in _OF_CALLS} | {
        "disposition": record.disposition.value,
        "turns": [asdict(turn) for turn in record.turns],
        "events": list(record.events),
    }


def call_of_row(
    row: Mapping[Any, Any], promise: PromiseToPay | None, requests: Iterable[Request] = ()
) -> CallRecord:
    """The record of an ended call."""
    read = {name: row[name] for name in _OF_CALLS} | {
        "disposition": Disposition(row["disposition"]),
        "turns": tuple(_turn(turn) for turn in row["turns"]),
        "events": tuple(row["events"]),
    }
    return CallRecord(**read, promise=promise, requests=tuple(requests))


def promise_of_row(row: Mapping[Any, Any]) -> PromiseToPay:
    """The promise of a row of ``promises``."""
    return PromiseToPay(row["amount"], row["currency"], row["date"], row["whole"], row["instalments"])


def row_of_request(request: Request, *, created_at: datetime) -> dict[str, Any]:
    """The row of ``requests`` but for what it has from its call."""
    return {"kind": request.kind.value, "details": dict(request.details), "created_at": created_at}


def request_of_row(row: Mapping[Any, Any]) -> KeptRequest:
    """The request of a row of ``requests``."""
    request = Request(RequestKind(row["kind"]), row["details"])
    of_call = (row["call_id"], row["account_id"], row["language"])
    done = row["status"] == "done"
    closed = Decision(row["closed_by"], row["closed_why"]) if row["closed_at"] else None
    kept = (row["request_id"], *of_call, row["created_at"], request)
    return KeptRequest(*kept, done=done, closed_at=row["closed_at"], closed=closed)


def row_of_account(account: Account, *, updated_at: datetime) -> dict[str, Any]:
    """The row of ``accounts``; each of its telephones has a row of its own."""
    return {
        "account_id": account.account_id,
        "language": account.language,
        "facts": dict(account.facts),
        "updated_at": updated_at,
    }


def rows_of_phones(account: Account) -> list[dict[str, Any]]:
    """The rows of ``account_phones``."""
    return [
        {"account_id": account.account_id, "e164": phone, "place": place}
        for place, phone in enumerate(account.phones)
    ]


def accounts_of_rows(rows: Iterable[Mapping[Any, Any]]) -> tuple[Account, ...]:
    """Accounts from rows of theirs joined with those of their telephones, in that order."""
    return tuple(_account(list(same)) for _, same in groupby(rows, key=lambda row: row["account_id"]))


def _account(rows: list[Mapping[Any, Any]]) -> Account:
    first = rows[0]
    phones = tuple(row["e164"] for row in rows if row["e164"])
    return Account(first["account_id"], first["language"], first["facts"], phones)


def _turn(written: Mapping[str, Any]) -> Turn:
    latency = written["latency"]
    return Turn(**{**written, "latency": latency and Latency(**latency)})
