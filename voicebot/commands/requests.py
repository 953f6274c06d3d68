"""What callers asked for, as the people who work it off list and close it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from voicebot.calls.requests import KeptRequest
from voicebot.errors import RequestError
from voicebot.records import open_records
from voicebot.settings import Settings


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


async def close_request(settings: Settings, request_id: int) -> str:
    """Note that a request is worked off.

    Raises:
        RequestError: there is none of that number.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        if not await store.close_request(request_id):
            raise RequestError(
                f"there is no request {request_id}: voicebot requests list tells which there are"
            )
    return f"request {request_id} is done"


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
    }
