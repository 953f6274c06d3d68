"""What callers asked for, as the people who work it off list and close it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from voicebot.calls.requests import Decision, KeptRequest
from voicebot.errors import RequestError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.requesting import Answered


async def list_requests(settings: Settings, *, open_only: bool = False, as_json: bool = False) -> str:
    """Every request on record, the oldest first, one a line; or as a JSON list.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        kept = await store.requests(open_only=open_only)
    if as_json:
        return json.dumps([_as_json(one) for one in kept], indent=2, ensure_ascii=False)
    return "\n".join(_told(kept)) if kept else "no requests"


async def close_request(
    settings: Settings,
    request_id: int,
    decision: Decision,
    *,
    call_again: bool = False,
    never_call: bool = False,
) -> str:
    """Note that a request is worked off, and what that means for whoever it keeps from being called.

    Raises:
        RequestError: there is none of that number, or it holds somebody and nobody says what follows.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        kept = await store.find_request(request_id)
        if kept is None:
            raise RequestError(
                f"there is no request {request_id}: voicebot requests list tells which there are"
            )
        _require_decision(kept, decision, call_again=call_again, never_call=never_call)
        answered = await store.close_request(request_id, decision, never_call=never_call)
    assert answered, "requests are never removed"
    return "\n".join((f"request {request_id} is done", *_follows(answered, never_call=never_call)))


def _require_decision(kept: KeptRequest, decision: Decision, *, call_again: bool, never_call: bool) -> None:
    """Nobody who has died, or who may be vulnerable, is called again because a list was tidied up."""
    if call_again and never_call:
        raise RequestError("say either --call-again or --never-call")
    if not (kept.holds or never_call):
        return
    if not (call_again or never_call):
        raise RequestError(
            f"request {kept.request_id} ({kept.request.kind}) keeps account {kept.account_id} from being "
            "called: say --call-again or --never-call, and --why TEXT"
        )
    if not decision.why.strip():
        raise RequestError("say what was found out, for the record: --why TEXT")


def _follows(answered: Answered, *, never_call: bool) -> list[str]:
    contacts = ", ".join(f"{one.account_id} in {one.campaign}" for one in answered.released)
    if never_call and answered.person_id is None:
        return ["nobody knows whose account it is: voicebot suppressions add NUMBER spares their telephones"]
    if never_call:
        return [f"person {answered.person_id} is never called again"]
    return [f"may be called again: {contacts}"] if contacts else []


def _told(kept: Sequence[KeptRequest]) -> list[str]:
    """A line for each, in columns as wide as they must be."""
    rows = [_row(one) for one in kept]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _row(kept: KeptRequest) -> tuple[str, ...]:
    return (
        str(kept.request_id),
        "done" if kept.done else "open",
        f"{kept.created_at.astimezone():%Y-%m-%d %H:%M}",
        kept.request.kind,
        kept.account_id or "no account",
        kept.language,
        kept.call_id,
        " ".join(f"{name}={value}" for name, value in kept.request.details.items()),
    )


def _as_json(kept: KeptRequest) -> dict[str, Any]:
    return {
        "request_id": kept.request_id,
        "status": "done" if kept.done else "open",
        "created_at": kept.created_at.isoformat(),
        "kind": kept.request.kind,
        "account_id": kept.account_id,
        "language": kept.language,
        "call_id": kept.call_id,
        "details": dict(kept.request.details),
        **_closed(kept),
    }


def _closed(kept: KeptRequest) -> dict[str, Any]:
    if kept.closed is None or kept.closed_at is None:
        return {}
    who = {"closed_by": kept.closed.by, "closed_why": kept.closed.why}
    return {"closed_at": kept.closed_at.isoformat(), **who}
