"""The ledger of promises, as the people who watch it list and settle it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from voicebot.campaigns.files import follow_up_of
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.errors import RequestError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.ledger_sql import KeptPromise, Settlement


async def list_promises(
    settings: Settings, *, status: PromiseStatus | None = None, as_json: bool = False
) -> str:
    """Every promise, or those of one status, the one due first first, one a line; or as a JSON list.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        kept = await store.ledger.promises(status)
    if as_json:
        return json.dumps([_as_json(one) for one in kept], indent=2, ensure_ascii=False)
    return "\n".join(_told(kept)) if kept else "no promises"


async def settle_promises(settings: Settings, *, as_json: bool = False) -> str:
    """Mark promises as kept, partly kept or broken, as of now where their people live.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        settled = await store.ledger.settle(datetime.now(UTC), partial(follow_up_of, settings.campaigns_dir))
    return _settled_as_json(settled) if as_json else _settled(settled)


async def cancel_promise(settings: Settings, call_id: str) -> str:
    """Note that a promise counts no more.

    Raises:
        RequestError: there is no open one of that call.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        if not await store.ledger.cancel(call_id):
            raise RequestError(f"call {call_id} has no open promise: voicebot promises list tells which have")
    return f"the promise of call {call_id} is cancelled"


def _settled(settled: Settlement) -> str:
    became = Counter(change.now for change in settled.changes)
    told = [f"{many} {status.replace('_', ' ')}" for status, many in became.items()] or ["nothing changed"]
    if settled.followed_up:
        told.append(f"{settled.followed_up} to be called about it")
    if settled.reminded:
        told.append(f"{settled.reminded} to be reminded")
    return ", ".join(told)


def _settled_as_json(settled: Settlement) -> str:
    changes = [
        {"call_id": one.call_id, "account_id": one.account_id, "before": one.before, "now": one.now}
        for one in settled.changes
    ]
    told = {"changes": changes, "followed_up": settled.followed_up, "reminded": settled.reminded}
    return json.dumps(told, indent=2, ensure_ascii=False)


def _told(kept: Sequence[KeptPromise]) -> list[str]:
    """A line for each, in columns as wide as they must be."""
    rows = [_row(one) for one in kept]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _row(one: KeptPromise) -> tuple[str, ...]:
    return (
        one.status.value,
        str(one.promised),
        f"due {one.due_by or one.promised.date}",
        f"{one.paid:f} paid",
        one.account_id or "no account",
        one.call_id,
    )


def _as_json(one: KeptPromise) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "account_id": one.account_id,
        "status": one.status.value,
        "amount": f"{one.promised.amount:f}",
        "instalments": one.promised.instalments,
        "currency": one.promised.currency,
        "date": one.promised.date.isoformat(),
        "promised_on": one.promised_on and one.promised_on.isoformat(),
        "due_by": one.due_by and one.due_by.isoformat(),
        "paid": f"{one.paid:f}",
    }
