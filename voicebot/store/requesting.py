"""What callers ask for, as rows: each with what it means for the person and for the telephone at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.requests import Decision
from voicebot.calls.suppression import Suppression, Telephone, suppressed_by
from voicebot.campaigns.holding import HeldContact
from voicebot.campaigns.numbers import NumberState
from voicebot.disposition import Request, RequestKind
from voicebot.errors import StoreError
from voicebot.store.campaign_tables import numbers
from voicebot.store.dialects import insert_into
from voicebot.store.holding import release_answered
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


@dataclass(frozen=True, slots=True)
class Answered:
    """What the end of a request means for those it is about."""

    person_id: str | None
    """``None`` where nobody knows."""
    released: Sequence[HeldContact]
    """Who may be called again by it."""


async def close_request(
    sql: AsyncConnection, request_id: int, decision: Decision, now: datetime, *, never_call: bool
) -> Answered | None:
    """Write that a request is worked off, the first time that this is said, and what follows from it.
    ``None`` when there is none of that number."""
    whose = (
        select(requests.c.call_id, requests.c.account_id, accounts.c.person_id)
        .outerjoin(accounts, accounts.c.account_id == requests.c.account_id)
        .where(requests.c.request_id == request_id)
    )
    about = (await sql.execute(whose)).mappings().first()
    if about is None:
        return None
    this = requests.c.request_id == request_id, requests.c.status == "open"
    closed = {"closed_at": now, "closed_by": decision.by, "closed_why": decision.why}
    await sql.execute(update(requests).where(*this).values(status="done", **closed))
    person_id, account_id = about["person_id"], about["account_id"]
    if never_call and person_id is not None:
        reason = decision.why or "operator"
        await put_suppression(
            sql, Suppression(None, "all", now, reason, about["call_id"], person_id=person_id)
        )
    if account_id is None:
        return Answered(person_id, ())
    return Answered(person_id, await release_answered(sql, account_id, person_id, decision, now))


async def _tell_wrong(sql: AsyncConnection, e164: str, now: datetime) -> None:
    """A telephone of ours is somebody else's; of one that is nobody's, nothing is kept."""
    ours = await sql.execute(select(account_phones.c.e164).where(account_phones.c.e164 == e164).limit(1))
    if ours.first():
        told = {"state": NumberState.WRONG.value, "changed_at": now}
        row = insert_into(sql, numbers).values(told | {"e164": e164})
        await sql.execute(row.on_conflict_do_update(index_elements=[numbers.c.e164], set_=told))
