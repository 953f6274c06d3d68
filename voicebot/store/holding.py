"""Contacts that a person looks at first, as rows: which they are, and how they come back to the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.requests import Decision
from voicebot.campaigns.holding import REQUEST_BEHIND, HeldContact
from voicebot.campaigns.retry import ContactState
from voicebot.disposition import HOLDS_DEBT, HOLDS_PERSON
from voicebot.store.campaign_tables import contacts, releases
from voicebot.store.closing import PAID
from voicebot.store.tables import accounts, requests

_HELD: Final = contacts.c.state == ContactState.HELD.value


@dataclass(slots=True)
class _Requests:
    """Those about a contact that hold it, or did."""

    open: list[int] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    """Their kinds."""


async def held_contacts(sql: AsyncConnection, campaign: str) -> list[HeldContact]:
    """Those of a campaign, the oldest first."""
    return [_told(row, behind) for row, behind in await _held(sql, contacts.c.campaign == campaign)]


async def release(
    sql: AsyncConnection,
    campaign: str,
    account_ids: Collection[str],
    reason: str,
    decision: Decision,
    now: datetime,
) -> list[HeldContact]:
    """Let held contacts be called again, those of some accounts or all that one reason holds; which they
    were. One that an open request holds stays held."""
    asked = [
        (row, behind)
        for row, behind in await _held(sql, contacts.c.campaign == campaign)
        if row["account_id"] in account_ids or (not account_ids and row["reason"] == reason)
    ]
    await _put_back(sql, [row for row, behind in asked if not behind.open], decision, now)
    return [_told(row, behind) for row, behind in asked]


async def release_answered(
    sql: AsyncConnection, account_id: str, person_id: str | None, decision: Decision, now: datetime
) -> list[HeldContact]:
    """Let contacts be called again, in every campaign, that nothing but requests held which are closed by
    now; which they were."""
    theirs = or_(contacts.c.account_id == account_id, contacts.c.person_id == person_id)
    free = [
        (row, behind)
        for row, behind in await _held(sql, theirs)
        if not behind.open and REQUEST_BEHIND.get(row["reason"] or "") in behind.closed
    ]
    await _put_back(sql, [row for row, _ in free], decision, now)
    return [_told(row, behind) for row, behind in free]


def _told(row: Mapping[Any, Any], behind: _Requests) -> HeldContact:
    whose = (row["campaign"], row["account_id"], row["person_id"])
    return HeldContact(*whose, row["updated_at"], row["reason"] or "", tuple(behind.open))


async def _held(
    sql: AsyncConnection, which: ColumnElement[bool]
) -> Sequence[tuple[Mapping[Any, Any], _Requests]]:
    names = ("contact_id", "campaign", "account_id", "person_id", "reason", "updated_at")
    wanted = (
        select(*(contacts.c[name] for name in names), accounts.c.balance)
        .join_from(contacts, accounts, contacts.c.account_id == accounts.c.account_id)
        .where(which, _HELD)
        .order_by(contacts.c.updated_at, contacts.c.contact_id)
    )
    rows = (await sql.execute(wanted)).mappings().all()
    behind = await _behind(sql, which)
    return [(row, behind[row["contact_id"]]) for row in rows]


async def _behind(sql: AsyncConnection, which: ColumnElement[bool]) -> Mapping[int, _Requests]:
    """By contact: what was said of its debt, or of its person in a call about any debt of theirs."""
    same_debt = accounts.c.account_id == contacts.c.account_id
    of_person = (accounts.c.person_id == contacts.c.person_id) & requests.c.kind.in_(HOLDS_PERSON)
    wanted = (
        select(contacts.c.contact_id, requests.c.request_id, requests.c.kind, requests.c.status)
        .select_from(requests)
        .join(accounts, requests.c.account_id == accounts.c.account_id)
        .join(contacts, or_(same_debt, of_person))
        .where(which, _HELD, requests.c.kind.in_(HOLDS_PERSON | HOLDS_DEBT))
        .order_by(requests.c.request_id)
    )
    found = defaultdict[int, _Requests](_Requests)
    for contact_id, request_id, kind, status in await sql.execute(wanted):
        if status == "open":
            found[contact_id].open.append(request_id)
        else:
            found[contact_id].closed.add(kind)
    return found


async def _put_back(
    sql: AsyncConnection, rows: Iterable[Mapping[Any, Any]], decision: Decision, now: datetime
) -> None:
    """On the list again, or over where nothing is owed any more; who decided that is on record."""
    for row in rows:
        state, reason = (ContactState.CLOSED, PAID) if row["balance"] == 0 else (ContactState.WAITING, None)
        told = {"state": state.value, "next_at": None if reason else now, "reason": reason}
        this = contacts.c.contact_id == row["contact_id"]
        await sql.execute(update(contacts).where(this, _HELD).values(**told, updated_at=now))
        whose = {name: row[name] for name in ("campaign", "account_id", "person_id")}
        who = {"released_at": now, "released_by": decision.by, "why": decision.why}
        await sql.execute(insert(releases).values(whose | who | {"was": row["reason"]}))
