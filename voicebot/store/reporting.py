"""What became of the accounts of a campaign, read a few hundred at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.campaigns.reporting.counts import ATTRIBUTED, ROLLING
from voicebot.campaigns.reporting.facts import AccountFacts, AttemptFacts, PaymentFacts, PromiseFacts, talk_of
from voicebot.disposition import Disposition
from voicebot.store.campaign_tables import attempts, blocks, campaigns, contacts, payments, persons
from voicebot.store.database import Database
from voicebot.store.promising import Place, place_of
from voicebot.store.tables import accounts, calls, promises, requests

_WESTERNMOST: Final = timedelta(hours=12)
"""No clock is further behind UTC."""
AT_ONCE: Final = 500
"""Accounts in one look."""
Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a report, by the calendar of each person, and the calls and people that count."""

    begins: date
    ends: date
    """The last day."""
    language: str | None = None
    flow_version: str | None = None
    country: str | None = None
    """Of the person, ISO 3166-1."""
    hours: Collection[int] = range(24)
    """Those by the person's clock in which a call began."""

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Every moment that the figures of the period look at, wherever somebody lives."""
        earliest = min(self.begins, self.ends - ROLLING)
        first = datetime.combine(earliest - timedelta(days=1), time(), UTC)
        return first, datetime.combine(self.ends + ATTRIBUTED + timedelta(days=2), time(), UTC)


class SqlReports:
    """Campaigns as those see them who judge them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def loaded(self, campaign: str) -> int | None:
        """How many accounts a campaign has; ``None`` when there is none of that name.

        Raises:
            StoreError: the database failed.
        """
        many = select(func.count()).where(contacts.c.campaign == campaign)
        there = select(campaigns.c.name).where(campaigns.c.name == campaign)
        async with self._database.reading("the campaign") as sql:
            if (await sql.execute(there)).first() is None:
                return None
            return int((await sql.execute(many)).scalar_one())

    async def first_day(self, campaign: str) -> date | None:
        """The day of the first attempt, wherever that was; ``None`` when there is none.

        Raises:
            StoreError: the database failed.
        """
        first = select(func.min(attempts.c.placed_at)).where(attempts.c.campaign == campaign)
        async with self._database.reading("the attempts") as sql:
            moment: datetime | None = (await sql.execute(first)).scalar()
        return moment and (moment - _WESTERNMOST).date()

    async def accounts(self, campaign: str, period: Period) -> AsyncIterator[AccountFacts]:
        """Every account of a campaign and what became of it, in memory that stays small.

        Told are the period and, for what follows from it or is rolling, the days before and after.

        Raises:
            StoreError: the database failed.
        """
        last = ""
        while True:
            async with self._database.reading("the campaign") as sql:
                rows = (await sql.execute(_accounts(campaign, last, period))).mappings().all()
                if not rows:
                    return
                look = await _look(sql, campaign, [row["account_id"] for row in rows], period)
            for row in rows:
                yield look.facts(row, period)
            last = rows[-1]["account_id"]

    async def blocks(self, campaign: str, period: Period) -> dict[str, int]:
        """How often each rule kept somebody from being called in the period (days in UTC).

        Raises:
            StoreError: the database failed.
        """
        counted = (
            select(blocks.c.reason, func.sum(blocks.c.times).label("times"))
            .where(blocks.c.campaign == campaign, blocks.c.day.between(period.begins, period.ends))
            .group_by(blocks.c.reason)
            .order_by(func.sum(blocks.c.times).desc(), blocks.c.reason)
        )
        async with self._database.reading("the blocks") as sql:
            return {row.reason: int(row.times) for row in await sql.execute(counted)}


@dataclass(frozen=True, slots=True)
class _Look:
    """Rows of some accounts, by account."""

    attempts: Mapping[str, list[Row]]
    promises: Mapping[str, list[Row]]
    payments: Mapping[str, list[Row]]
    requests: Mapping[str, list[Row]]

    def facts(self, row: Row, period: Period) -> AccountFacts:
        account_id, place = row["account_id"], place_of(row)

        def theirs(rows: Mapping[str, list[Row]]) -> list[Row]:
            found = rows.get(account_id, [])
            return [one for one in found if one["started_at"].astimezone(place.zone).hour in period.hours]

        return AccountFacts(
            tuple(_attempt(one, place) for one in self.attempts.get(account_id, ())),
            tuple(map(_promise, theirs(self.promises))),
            tuple(map(_payment, self.payments.get(account_id, ()))),
            tuple((one["kind"], place.day(one["created_at"])) for one in theirs(self.requests)),
            row["balance"],
            row["currency"] or "",
        )


def _accounts(campaign: str, after: str, period: Period) -> Select[Any]:
    wanted = (
        select(
            contacts.c.account_id,
            accounts.c.balance,
            accounts.c.currency,
            persons.c.country,
            persons.c.region,
            persons.c.time_zone,
        )
        .join(accounts, contacts.c.account_id == accounts.c.account_id)
        .join(persons, contacts.c.person_id == persons.c.person_id)
        .where(contacts.c.campaign == campaign, contacts.c.account_id > after)
        .order_by(contacts.c.account_id)
        .limit(AT_ONCE)
    )
    return wanted.where(persons.c.country == period.country) if period.country else wanted


async def _look(sql: AsyncConnection, campaign: str, ids: Sequence[str], period: Period) -> _Look:
    paid = select(payments).where(
        payments.c.account_id.in_(ids),
        payments.c.value_date.between(period.begins, period.ends + ATTRIBUTED),
    )
    return _Look(
        await _by_account(sql, _of_calls(_attempts(campaign, ids, period), period)),
        await _by_account(sql, _of_calls(_promises(campaign, ids, period), period)),
        await _by_account(sql, paid),
        await _by_account(sql, _of_calls(_requests(ids, period), period)),
    )


def _of_calls(wanted: Select[Any], period: Period) -> Select[Any]:
    if period.language:
        wanted = wanted.where(calls.c.language == period.language)
    if period.flow_version:
        wanted = wanted.where(calls.c.flow_version == period.flow_version)
    return wanted


def _promises(campaign: str, ids: Sequence[str], period: Period) -> Select[Any]:
    """Those that count; what came of the dial of another campaign is that one's."""
    elsewhere = attempts.c.attempt_id == promises.c.call_id, attempts.c.campaign != campaign
    return (
        select(promises, calls.c.started_at)
        .join_from(promises, calls, promises.c.call_id == calls.c.call_id)
        .where(
            promises.c.account_id.in_(ids),
            promises.c.status != PromiseStatus.CANCELLED.value,
            promises.c.promised_on.between(period.begins, period.ends),
            ~exists().where(*elsewhere),
        )
    )


def _requests(ids: Sequence[str], period: Period) -> Select[Any]:
    return (
        select(requests.c.account_id, requests.c.kind, requests.c.created_at, calls.c.started_at)
        .join_from(requests, calls, requests.c.call_id == calls.c.call_id)
        .where(requests.c.account_id.in_(ids), requests.c.created_at.between(*period.moments))
        .order_by(requests.c.created_at)
    )


def _attempts(campaign: str, ids: Sequence[str], period: Period) -> Select[Any]:
    return (
        select(
            attempts.c.account_id,
            attempts.c.placed_at,
            attempts.c.disposition,
            attempts.c.human,
            attempts.c.abandoned,
            attempts.c.connected_seconds,
            calls.c.events,
            promises.c.call_id.label("promised"),
        )
        .outerjoin_from(attempts, calls, attempts.c.attempt_id == calls.c.call_id)
        .outerjoin(
            promises,
            (attempts.c.attempt_id == promises.c.call_id)
            & (promises.c.status != PromiseStatus.CANCELLED.value),
        )
        .where(
            attempts.c.campaign == campaign,
            attempts.c.account_id.in_(ids),
            attempts.c.placed_at.between(*period.moments),
            attempts.c.disposition.is_distinct_from(Disposition.BLOCKED_RULE.value),
        )
        .order_by(attempts.c.placed_at)
    )


async def _by_account(sql: AsyncConnection, wanted: Select[Any]) -> Mapping[str, list[Row]]:
    found = defaultdict[str, list[Row]](list)
    for row in (await sql.execute(wanted)).mappings():
        found[row["account_id"]].append(row)
    return found


def _attempt(row: Row, place: Place) -> AttemptFacts:
    return AttemptFacts(
        row["placed_at"].astimezone(place.zone),
        row["disposition"] and Disposition(row["disposition"]),
        row["human"],
        row["connected_seconds"],
        row["promised"] is not None,
        talk_of(row["events"] or ()),
        row["abandoned"],
    )


def _promise(row: Row) -> PromiseFacts:
    return PromiseFacts(
        row["promised_on"],
        row["due_by"] or row["date"],
        row["amount"] * row["instalments"],
        row["kept_amount"],
        PromiseStatus(row["status"]),
        row["currency"],
    )


def _payment(row: Row) -> PaymentFacts:
    return PaymentFacts(row["value_date"], row["amount"], row["currency"])
