"""What callers ask for, as rows: each with what it means for the person and for the telephone at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.suppression import Telephone, suppressed_by
from voicebot.campaigns.numbers import NumberState
from voicebot.disposition import Request, RequestKind
from voicebot.errors import StoreError
from voicebot.store.campaign_tables import numbers
from voicebot.store.dialects import insert_into
from voicebot.store.rows import row_of_request
from voicebot.store.suppressing import put_suppression
from voicebot.store.tables import account_phones, accounts, calls, requests


async def put_request(
    sql: AsyncConnection, call_id: str, request: Request, telephone: Telephone | None, now: datetime
) -> None:
    """Write what was asked for in a call, and what follows from it without anybody's help.

    Raises:
        StoreError: that call never started.
    """
    whose = (
        select(calls.c.call_id, calls.c.account_id, calls.c.language, accounts.c.person_id)
        .outerjoin(accounts, accounts.c.account_id == calls.c.account_id)
        .where(calls.c.call_id == call_id)
    )
    of_call = (await sql.execute(whose)).mappings().first()
    if of_call is None:
        raise StoreError("the request could not be written: its call was never written as started")
    of_request = {name: of_call[name] for name in ("call_id", "account_id", "language")}
    await sql.execute(insert(requests).values(row_of_request(request, created_at=now) | of_request))
    if suppression := suppressed_by(request, telephone, call_id, now, of_call["person_id"]):
        await put_suppression(sql, suppression)
    if request.kind is RequestKind.WRONG_NUMBER and telephone:
        await _tell_wrong(sql, telephone.e164, now)


async def _tell_wrong(sql: AsyncConnection, e164: str, now: datetime) -> None:
    """A telephone of ours is somebody else's; of one that is nobody's, nothing is kept."""
    ours = await sql.execute(select(account_phones.c.e164).where(account_phones.c.e164 == e164).limit(1))
    if ours.first():
        told = {"state": NumberState.WRONG.value, "changed_at": now}
        row = insert_into(sql, numbers).values(told | {"e164": e164})
        await sql.execute(row.on_conflict_do_update(index_elements=[numbers.c.e164], set_=told))
