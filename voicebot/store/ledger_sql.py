"""The ledger in SQL: payments are booked once, and promises settled by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.ledger.promises import Payment, Standing, settle
from voicebot.disposition import PromiseToPay
from voicebot.store.booking import Booked, book, payment_of_row
from voicebot.store.campaign_tables import payments
from voicebot.store.database import Database
from voicebot.store.following_up import FollowUps, follow_up, give_up_reminders, remind
from voicebot.store.promising import place_of, promise_on_ledger, with_accounts
from voicebot.store.rows import promise_of_row
from voicebot.store.tables import promises

AT_ONCE: Final = 500
"""Accounts that are settled in one transaction: others get their turn in between."""


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """A promise on record, and what became of it."""

    call_id: str
    account_id: str | None
    promised: PromiseToPay
    promised_on: date | None
    due_by: date | None
    status: PromiseStatus
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """A promise of which something else is known now."""

    call_id: str
    account_id: str
    before: PromiseStatus
    now: PromiseStatus


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a settlement came to."""

    changes: tuple[Change, ...] = ()
    followed_up: int = 0
    """Accounts put back on their campaign's list because a promise was broken."""
    reminded: int = 0
    """Accounts put on it to be reminded of tomorrow."""


class SqlLedger:
    """Promises and payments of all accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def promises(self, status: PromiseStatus | None = None) -> list[KeptPromise]:
        """Every promise, or those of one status, the one due first first.

        Raises:
            StoreError: the database failed.
        """
        wanted = select(promises).order_by(promises.c.date, promises.c.call_id)
        if status is not None:
            wanted = wanted.where(promises.c.status == status.value)
        async with self._database.reading("the promises") as sql:
            return [_kept(row) for row in (await sql.execute(wanted)).mappings()]

    async def cancel(self, call_id: str) -> bool:
        """Note that a promise counts no more. False where there is no open one of that call.

        Raises:
            StoreError: it could not be written.
        """
        this = (promises.c.call_id == call_id) & (promises.c.status == PromiseStatus.OPEN.value)
        async with self._database.writing("the end of the promise") as sql:
            ended = await sql.execute(
                update(promises).where(this).values(status=PromiseStatus.CANCELLED.value)
            )
        return bool(ended.rowcount)

    async def book(self, batch: Sequence[Payment], source: str, now: datetime) -> list[Booked]:
        """Book payments, each reference once, and settle the promises of their accounts by them.

        Raises:
            StoreError: they could not be written, none of them.
        """
        async with self._database.writing("the payments") as sql:
            booked = await book(sql, batch, source, now)
            paid = {one.account_id for one, told in zip(batch, booked, strict=True) if told is Booked.NEW}
            await _settle(sql, sorted(paid), now)
        return booked

    async def settle(self, now: datetime, follow_ups: FollowUps) -> Settlement:
        """Bring every open promise up to date, each as of the day that it is where its person lives; whose
        promise is broken is called about it once, and who is to pay tomorrow reminded, where ``follow_ups``
        says so of their campaign, and when the rules allow it.

        Raises:
            StoreError: the database failed; what was settled by then stays so.
        """
        open_ones = promises.c.status == PromiseStatus.OPEN.value
        wanted = select(promises.c.account_id).where(open_ones, promises.c.account_id.is_not(None))
        async with self._database.reading("the promises") as sql:
            found = iter(
                (await sql.execute(wanted.distinct().order_by(promises.c.account_id))).scalars().all()
            )
        changes = list[Change]()
        while some := list(islice(found, AT_ONCE)):
            async with self._database.writing("the settlement") as sql:
                changes += await _settle(sql, some, now)
        async with self._database.writing("the follow-up of promises") as sql:
            late = await follow_up(sql, now, follow_ups)
            soon = await remind(sql, now, follow_ups)
            await give_up_reminders(sql, now)
        return Settlement(tuple(changes), late, soon)


async def _settle(sql: AsyncConnection, account_ids: Sequence[str], now: datetime) -> list[Change]:
    """Settle all promises of some accounts that have a claim on money."""
    made = await _promises_of(sql, account_ids)
    paid = await _payments_of(sql, made)
    changes = list[Change]()
    for account_id, rows in made.items():
        today = place_of(rows[0]).day(now)
        standings = settle(map(promise_on_ledger, rows), paid[account_id], today)
        for row in rows:
            if row["call_id"] in standings:
                changes += await _write(sql, row, standings[row["call_id"]], now)
    return changes


async def _write(
    sql: AsyncConnection, row: Mapping[Any, Any], standing: Standing, now: datetime
) -> list[Change]:
    before = PromiseStatus(row["status"])
    if standing.status is before and standing.paid == row["kept_amount"]:
        return []
    told = {"status": standing.status.value, "kept_amount": standing.paid}
    settled = {} if standing.status is PromiseStatus.OPEN else {"settled_at": now}
    unchanged = (promises.c.call_id == row["call_id"]) & (promises.c.status == row["status"])
    await sql.execute(update(promises).where(unchanged).values(**told, **settled))
    if standing.status is before:
        return []
    return [Change(row["call_id"], row["account_id"], before, standing.status)]


async def _promises_of(
    sql: AsyncConnection, account_ids: Iterable[str]
) -> Mapping[str, list[Mapping[Any, Any]]]:
    wanted = with_accounts().where(promises.c.account_id.in_(list(account_ids)))
    made = defaultdict[str, list[Mapping[Any, Any]]](list)
    for row in (await sql.execute(wanted)).mappings():
        made[row["account_id"]].append(row)
    return made


async def _payments_of(sql: AsyncConnection, account_ids: Iterable[str]) -> Mapping[str, list[Payment]]:
    wanted = select(payments).where(payments.c.account_id.in_(list(account_ids)))
    paid = defaultdict[str, list[Payment]](list)
    for row in (await sql.execute(wanted)).mappings():
        paid[row["account_id"]].append(payment_of_row(row))
    return paid


def _kept(row: Mapping[Any, Any]) -> KeptPromise:
    return KeptPromise(
        row["call_id"],
        row["account_id"],
        promise_of_row(row),
        row["promised_on"],
        row["due_by"],
        PromiseStatus(row["status"]),
        row["kept_amount"],
    )
