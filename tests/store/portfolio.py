"""Contacts of a campaign, for the scenes and measurements of the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, insert, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.queue import Candidate, Decision, Dial
from voicebot.contact import History
from voicebot.store.campaign_tables import attempts, campaigns, contacts, persons
from voicebot.store.database import Database
from voicebot.store.tables import account_phones, accounts

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NUMBER = "+1555{:07d}"


async def a_campaign(database: Database, name: str = "november", *, state: str = "running") -> None:
    """One that calls."""
    row = {"name": name, "state": state, "settings": {}, "created_at": NOW, "changed_at": NOW}
    async with database.engine.begin() as sql:
        await sql.execute(insert(campaigns).values(row))


async def a_portfolio(
    database: Database, last: int, campaign: str = "november", *, first: int = 1, **more: Any
) -> None:
    """People with an account and a telephone each, by number; ``more`` is true of all contacts."""
    async with database.engine.begin() as sql:
        await _people(sql, first, last)
        contact = {"campaign": campaign, "state": "waiting", "next_at": NOW, "updated_at": NOW, **more}
        if last >= first:
            await _fill(sql, contacts, first, last, person_id=_P, account_id=_A, **contact)


async def _people(sql: AsyncConnection, first: int, last: int) -> None:
    person = {"country": "CL", "region": "RM", "inconvenient": [], "updated_at": NOW}
    await _fill(sql, persons, first, last, person_id=_P, **person)
    account = {"facts": {"first_name": "Ana"}, "updated_at": NOW}
    await _fill(sql, accounts, first, last, account_id=_A, person_id=_P, **account)
    await _fill(sql, account_phones, first, last, account_id=_A, e164=_E164, place=0)


_P: Final[ColumnElement[str]] = literal_column("'p' || number")
_A: Final[ColumnElement[str]] = literal_column("'a' || number")
_E164: Final[ColumnElement[str]] = literal_column("'+' || (15550000000 + number)")


async def _fill(sql: AsyncConnection, table: Table, first: int, last: int, **row: Any) -> None:
    """A row for each number, made by the database itself: a million take seconds."""
    numbers = select(literal(first).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < last))
    values = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in row.items()
    ]
    await sql.execute(insert(table).from_select(list(row), select(*values).select_from(numbers)))


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
