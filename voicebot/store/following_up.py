"""Contacts that come back to the list of their campaign because of a promise: broken, or due tomorrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.campaign import FollowUp
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.ledger.promises import KEPT_SHARE
from voicebot.campaigns.retry import ContactState
from voicebot.errors import CampaignError
from voicebot.store.campaign_tables import contacts, persons
from voicebot.store.promising import place_of, with_accounts, zone_of
from voicebot.store.rows import promise_of_row
from voicebot.store.tables import promises

_OVER: Final = (ContactState.DONE.value, ContactState.CLOSED.value)
_WAITS: Final = (ContactState.WAITING.value, ContactState.DUE.value)
_BROKEN: Final = "a promise was broken"
_TOMORROW: Final = "a promise is due tomorrow"
_SPARED: Final = ("DNC", "OPT_OUT_VOICE", "BLOCKED_RULE")
"""How contacts end that nothing may bring back."""


FollowUps = Callable[[str], FollowUp | None]
"""What a campaign does about promises, as its file says at this moment: ``None`` for nothing. It raises
``CampaignError`` where the file cannot be read; then its promises wait."""

log = structlog.get_logger(__name__)


async def follow_up(sql: AsyncConnection, now: datetime, follow_ups: FollowUps) -> int:
    """Put the people of broken promises back on the list, each promise once; how many there were."""
    broken = (promises.c.status == PromiseStatus.BROKEN.value) & promises.c.followed_up_at.is_(None)
    done = 0
    for row, wanted in await _with_wishes(sql, broken, follow_ups):
        if await _first(sql, row, promises.c.followed_up_at, now) and wanted is not None:
            facts = _facts(row)
            done += await _list(sql, row, wanted, wanted.flow, facts, _BROKEN, now)
    return done


async def remind(sql: AsyncConnection, now: datetime, follow_ups: FollowUps) -> int:
    """Put people whose promise is due tomorrow on the list, each promise once; how many there were."""
    horizon = (now + timedelta(days=2)).date()
    soon = (promises.c.status == PromiseStatus.OPEN.value) & promises.c.reminded_at.is_(None)
    done = 0
    for row, wanted in await _with_wishes(sql, soon & (promises.c.date <= horizon), follow_ups):
        if row["date"] != place_of(row).day(now) + timedelta(days=1):
            continue
        if wanted is None or not wanted.remind:
            continue
        if not await _first(sql, row, promises.c.reminded_at, now):
            continue
        facts = {**_facts(row), "due_date": row["date"].isoformat()}
        done += await _list(sql, row, wanted, wanted.remind, facts, _TOMORROW, now)
    return done


async def give_up_reminders(sql: AsyncConnection, now: datetime) -> None:
    """A courtesy that no rule has allowed in time is none any more."""
    waiting = (
        select(contacts.c.contact_id, contacts.c.flow_facts, persons.c.time_zone)
        .join(persons, contacts.c.person_id == persons.c.person_id)
        .where(contacts.c.flow.is_not(None), contacts.c.state.in_(_WAITS))
    )
    late = [
        row.contact_id
        for row in await sql.execute(waiting)
        # Only a reminder is told of a day on which something will be due.
        if _day_of(row.flow_facts) <= now.astimezone(zone_of(row.time_zone)).date().isoformat()
    ]
    if late:
        told = {"state": ContactState.DONE.value, "next_at": None, "flow": None, "flow_facts": None}
        await sql.execute(
            update(contacts)
            .where(contacts.c.contact_id.in_(late), contacts.c.state.in_(_WAITS))
            .values(**told, reason="too late for a reminder", updated_at=now)
        )


def _day_of(facts: Mapping[str, str] | None) -> str:
    return (facts or {}).get("due_date", "9999-12-31")


async def _with_wishes(
    sql: AsyncConnection, which: ColumnElement[bool], follow_ups: FollowUps
) -> list[tuple[Mapping[Any, Any], FollowUp | None]]:
    """Promises, and what the campaigns they came of do about them, where anybody can tell."""
    rows = await _with_contacts(sql, which)
    wishes = dict[str, FollowUp | None]()
    for campaign in sorted({row["campaign"] for row in rows}):
        try:
            wishes[campaign] = follow_ups(campaign)
        except CampaignError as error:
            log.error("follow_ups_wait", campaign=campaign, why=str(error))
    return [(row, wishes[row["campaign"]]) for row in rows if row["campaign"] in wishes]


async def _with_contacts(sql: AsyncConnection, which: ColumnElement[bool]) -> list[Mapping[Any, Any]]:
    """Promises with the contact they came of: the last one of their account that changed. Those that are
    being called wait."""
    newest = (
        select(contacts.c.contact_id)
        .where(contacts.c.account_id == promises.c.account_id)
        .order_by(contacts.c.updated_at.desc(), contacts.c.contact_id.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(promises)
    )
    wanted = (
        with_accounts()
        .join(contacts, contacts.c.contact_id == newest)
        .add_columns(contacts.c.contact_id, contacts.c.campaign)
        .where(which, contacts.c.state != ContactState.CLAIMED.value)
    )
    return list((await sql.execute(wanted)).mappings())


def _facts(row: Mapping[Any, Any]) -> dict[str, str]:
    """What a flow is told of the promise: of several payments, the first that is not there."""
    promised, paid = promise_of_row(row), row["kept_amount"]
    dues = accumulate([promised.amount] * promised.instalments)
    missing = (day for day, due in zip(promised.dates, dues, strict=True) if paid < KEPT_SHARE * due)
    day = next(missing, promised.dates[-1])
    return {"promised_amount": f"{promised.amount:f}", "promised_on": day.isoformat()}


async def _first(
    sql: AsyncConnection, row: Mapping[Any, Any], when: ColumnElement[Any], now: datetime
) -> bool:
    """Note that something is done about a promise; False when another process was faster."""
    this = (promises.c.call_id == row["call_id"]) & when.is_(None)
    return bool((await sql.execute(update(promises).where(this).values({when: now}))).rowcount)


async def _list(
    sql: AsyncConnection,
    row: Mapping[Any, Any],
    wanted: FollowUp,
    flow: str,
    facts: Mapping[str, str],
    why: str,
    now: datetime,
) -> int:
    """Have a contact called that is over, or that waits for something less; never one that a person decides
    about, or that wants no more calls."""
    this = contacts.c.contact_id == row["contact_id"]
    spared = contacts.c.disposition.in_(_SPARED)
    told = {
        "state": ContactState.WAITING.value,
        "next_at": now,
        "priority": wanted.priority,
        "flow": flow,
        "flow_facts": dict(facts),
        "reason": why,
        "phone": None,
        "updated_at": now,
    }
    listed = await sql.execute(
        update(contacts)
        .where(this, contacts.c.state.in_((*_OVER, *_WAITS)), spared.is_not(True))
        .values(**told)
    )
    return listed.rowcount
