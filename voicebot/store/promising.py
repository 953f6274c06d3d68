"""Promises as rows of the ledger: written with their call, in the place of what was promised before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.ledger.pay_days import PayDays
from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.ledger.promises import Instalment, Promise, Terms, schedule, why_invalid
from voicebot.disposition import PromiseToPay
from voicebot.store.campaign_tables import contacts, persons
from voicebot.store.closing import PROMISED, call_no_more
from voicebot.store.rows import promise_of_row
from voicebot.store.tables import accounts, calls, promises

OF_THE_ACCOUNT: Final = (
    accounts.c.balance,
    accounts.c.currency.label("debt_currency"),
    persons.c.country,
    persons.c.region,
    persons.c.time_zone,
)
"""What the days and the money of an account go by; NULL where nobody knows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is, as far as days go."""

    zone: tzinfo | None
    """``None`` for that of this machine."""
    pay_days: PayDays

    def day(self, moment: datetime) -> date:
        """Which day it is there."""
        return moment.astimezone(self.zone).date()


def place_of(row: Mapping[Any, Any]) -> Place:
    """Where the person of a row with ``OF_THE_ACCOUNT`` is."""
    region = row["region"] and row["region"].rpartition("-")[2]
    return Place(zone_of(row["time_zone"]), PayDays(row["country"], region))


def zone_of(name: str | None) -> tzinfo | None:
    """A time zone by its name; ``None`` where it is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def promise_on_ledger(row: Mapping[Any, Any]) -> Promise:
    """The promise of a row of ``promises`` with ``OF_THE_ACCOUNT``."""
    plan = _plan(promise_of_row(row), row, row["grace_days"])
    made = row["promised_on"] or row["date"]
    status = PromiseStatus(row["status"])
    return Promise(row["call_id"], row["account_id"], row["currency"], made, plan, status)


def with_accounts() -> Select[Any]:
    """Every promise, with what its days and its money go by."""
    return (
        select(promises, *OF_THE_ACCOUNT)
        .outerjoin_from(promises, accounts, promises.c.account_id == accounts.c.account_id)
        .outerjoin(persons, accounts.c.person_id == persons.c.person_id)
    )


async def put_promise(sql: AsyncConnection, call_id: str, promised: PromiseToPay, terms: Terms) -> None:
    """Write what was promised in a call, unless that is on the ledger already. What the account had promised
    before is superseded; what cannot count, as ``terms`` say, is written as cancelled."""
    whose = await _whose(sql, call_id)
    written = await sql.execute(select(promises).where(promises.c.call_id == call_id))
    before = written.mappings().first()
    if before is not None and promise_of_row(before) == promised:
        return
    row = _row(promised, whose, terms) | {"call_id": call_id}
    if before is None:
        await sql.execute(insert(promises).values(row))
    else:
        await sql.execute(update(promises).where(promises.c.call_id == call_id).values(row))
    if row["account_id"] is not None and row["status"] == PromiseStatus.OPEN:
        await _supersede(sql, call_id, row["account_id"])
        await _call_no_more(sql, call_id, row["account_id"])


async def _whose(sql: AsyncConnection, call_id: str) -> Mapping[Any, Any]:
    """The account of a call, and what its days go by; all of it may be unknown."""
    found = await sql.execute(
        select(calls.c.account_id, calls.c.started_at, *OF_THE_ACCOUNT)
        .outerjoin_from(calls, accounts, calls.c.account_id == accounts.c.account_id)
        .outerjoin(persons, accounts.c.person_id == persons.c.person_id)
        .where(calls.c.call_id == call_id)
    )
    row = found.mappings().first()
    return row if row is not None else _NOBODY


_NOBODY: Final[Mapping[str, Any]] = dict.fromkeys(
    ("account_id", "started_at", "balance", "debt_currency", "country", "region", "time_zone")
)


def _row(promised: PromiseToPay, whose: Mapping[Any, Any], terms: Terms) -> dict[str, Any]:
    started_at = whose["started_at"]
    made = place_of(whose).day(started_at) if started_at else promised.date
    return {
        "amount": promised.amount,
        "currency": promised.currency,
        "date": promised.date,
        "whole": promised.whole,
        "instalments": promised.instalments,
        "account_id": whose["account_id"],
        "promised_on": made,
        "due_by": _plan(promised, whose, terms.grace)[-1].due_by,
        "grace_days": terms.grace,
        "status": _status(promised, made, whose, terms).value,
    }


def _status(promised: PromiseToPay, made: date, whose: Mapping[Any, Any], terms: Terms) -> PromiseStatus:
    balance = promised.amount * promised.instalments if whose["balance"] is None else whose["balance"]
    currency = whose["debt_currency"] or promised.currency
    invalid = why_invalid(promised, made, balance, currency, terms)
    return PromiseStatus.CANCELLED if invalid else PromiseStatus.OPEN


async def _supersede(sql: AsyncConnection, call_id: str, account_id: str) -> None:
    await sql.execute(
        update(promises)
        .where(
            promises.c.account_id == account_id,
            promises.c.call_id != call_id,
            promises.c.status == PromiseStatus.OPEN.value,
        )
        .values(status=PromiseStatus.SUPERSEDED.value, superseded_by=call_id)
    )


async def _call_no_more(sql: AsyncConnection, call_id: str, account_id: str) -> None:
    """The debt needs no more calls, whoever called whom; the contact of this very call ends as that does."""
    others = or_(contacts.c.attempt_id.is_(None), contacts.c.attempt_id != call_id)
    this = and_(contacts.c.account_id == account_id, others)
    await sql.execute(call_no_more(this, PROMISED, datetime.now(UTC)))


def _plan(promised: PromiseToPay, whose: Mapping[Any, Any], grace: int) -> tuple[Instalment, ...]:
    return schedule(promised, place_of(whose).pay_days, grace)
