"""Calls as rows: in progress, ended by their record or without one, and read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.record import CallRecord
from voicebot.disposition import Request
from voicebot.store.interrupted import ending, left_behind
from voicebot.store.presence import living
from voicebot.store.rows import call_of_row, promise_of_row, request_of_row, row_of_call
from voicebot.store.tables import calls, promises, requests


async def put_record(sql: AsyncConnection, record: CallRecord) -> None:
    """Write what remains of a call, whatever was written of it before."""
    row = row_of_call(record)
    ended = await sql.execute(update(calls).where(calls.c.call_id == record.call_id).values(row))
    if not ended.rowcount:
        await sql.execute(insert(calls).values(row))


async def end_interrupted(sql: AsyncConnection, now: datetime) -> int:
    """End the calls that nobody holds any more, as what is on disk says; how many there were."""
    in_progress = calls.c.disposition.is_(None)
    holders = (await sql.execute(select(calls.c.held_by).where(in_progress).distinct())).scalars()
    alive = await living(sql, {holder for holder in holders if holder}, now)
    closed = await sql.execute(
        update(calls).where(in_progress, left_behind(alive, now)).values(disposition=ending())
    )
    return closed.rowcount


async def end_call(sql: AsyncConnection, call_id: str) -> None:
    """End one of them, if nothing ended it before."""
    this = calls.c.call_id == call_id, calls.c.disposition.is_(None)
    await sql.execute(update(calls).where(*this).values(disposition=ending()))


async def call_on_record(sql: AsyncConnection, call_id: str) -> CallRecord | None:
    """The record of an ended call; ``None`` when there is none of that name or it is in progress."""
    found = (await sql.execute(select(calls).where(calls.c.call_id == call_id))).mappings().first()
    if found is None or found["disposition"] is None:
        return None
    promised = await sql.execute(select(promises).where(promises.c.call_id == call_id))
    promise = promised.mappings().first()
    asked = await _asked_in(sql, requests.c.call_id == call_id)
    return call_of_row(found, promise_of_row(promise) if promise else None, asked[call_id])


async def calls_on_record(
    sql: AsyncConnection, flow: str, since: datetime | None, last: int | None
) -> list[CallRecord]:
    """Answered calls of a flow, the oldest first: those begun since then, and the last so many of them."""
    wanted = (
        select(calls, *(column for column in promises.c if column.name != "call_id"))
        .outerjoin(promises)
        .where(calls.c.flow == flow, calls.c.disposition.is_not(None), calls.c.seconds > 0)
        .order_by(calls.c.started_at.desc(), calls.c.call_id.desc())
        .limit(last)
    )
    if since:
        wanted = wanted.where(calls.c.started_at >= since)
    rows = (await sql.execute(wanted)).mappings().all()
    asked = await _asked_in(sql, requests.c.call_id.in_(wanted.with_only_columns(calls.c.call_id)))
    return [
        call_of_row(row, promise_of_row(row) if row["amount"] else None, asked[row["call_id"]])
        for row in reversed(rows)
    ]


async def _asked_in(sql: AsyncConnection, which: ColumnElement[bool]) -> Mapping[str, list[Request]]:
    """What was asked for, by call, in order."""
    asked = defaultdict[str, list[Request]](list)
    wanted = select(requests).where(which).order_by(requests.c.request_id)
    for row in (await sql.execute(wanted)).mappings():
        asked[row["call_id"]].append(request_of_row(row).request)
    return asked
