"""Contacts of a campaign, for the scenes and measurements of the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.queue import Candidate, Decision, Dial
from voicebot.contact import History
from voicebot.store.campaign_tables import attempts, campaigns, contacts, persons
from voicebot.store.database import Database
from voicebot.store.tables import account_phones, accounts

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NUMBER = "+1555{:07d}"
PAGE = 10_000


async def a_campaign(database: Database, name: str = "november", *, state: str = "running") -> None:
    """One that calls."""
    row = {"name": name, "state": state, "settings": {}, "created_at": NOW, "changed_at": NOW}
    async with database.engine.begin() as sql:
        await sql.execute(insert(campaigns).values(row))


async def a_portfolio(database: Database, size: int, campaign: str = "november", **more: Any) -> None:
    """People with an account and a telephone each, numbered from 1; ``more`` is true of all contacts."""
    for first in range(1, size + 1, PAGE):
        async with database.engine.begin() as sql:
            await _people(sql, range(first, min(first + PAGE, size + 1)), campaign, more)


async def _people(sql: AsyncConnection, people: range, campaign: str, more: dict[str, Any]) -> None:
    names = [{"person_id": f"p{n}", "account_id": f"a{n}"} for n in people]
    person = {"country": "US", "region": "NY", "inconvenient": [], "updated_at": NOW}
    await sql.execute(insert(persons), [{"person_id": one["person_id"], **person} for one in names])
    account = {"facts": {"first_name": "Ana"}, "updated_at": NOW}
    await sql.execute(insert(accounts), [{**one, **account} for one in names])
    phones = [{"account_id": f"a{n}", "e164": NUMBER.format(n), "place": 0} for n in people]
    await sql.execute(insert(account_phones), phones)
    contact = {"campaign": campaign, "state": "waiting", "next_at": NOW, "updated_at": NOW, **more}
    await sql.execute(insert(contacts), [{**one, **contact} for one in names])


def dial(candidate: Candidate, _: History) -> Decision:
    """Call whoever is there, at once."""
    attempt_id = f"{candidate.account_id}-{candidate.attempts + 1}"
    return Dial(attempt_id, candidate.phones[0].e164, "carrier", "+15550009999")


def no_hash(_: str) -> None:
    """No number is suppressed."""


async def the_contacts(database: Database) -> dict[str, Any]:
    """By account."""
    async with database.engine.connect() as sql:
        return {row["account_id"]: row for row in (await sql.execute(select(contacts))).mappings()}


async def the_attempts(database: Database) -> list[Any]:
    """In the order in which they were placed."""
    async with database.engine.connect() as sql:
        wanted = select(attempts).order_by(attempts.c.placed_at, attempts.c.attempt_id)
        return list((await sql.execute(wanted)).mappings())
