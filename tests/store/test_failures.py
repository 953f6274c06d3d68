from __future__ import annotations

import traceback
from typing import Any

import pytest
from sqlalchemy import Executable, insert, text

from tests.conftest import NewDatabase
from tests.store.portfolio import NOW
from voicebot.errors import StoreError
from voicebot.store.campaign_tables import numbers
from voicebot.store.sql import SqlStore

ANA = {"e164": "+15551234567", "kind": "Ana", "changed_at": NOW}


async def write(store: SqlStore, *statements: tuple[Executable, dict[str, Any]]) -> None:
    async with store.database.writing("the number") as sql:
        for statement, values in statements:
            await sql.execute(statement, values)


async def failing(store: SqlStore, *statements: tuple[Executable, dict[str, Any]]) -> str:
    """All that a log may hold of it."""
    with pytest.raises(StoreError) as failed:
        await write(store, *statements)
    return "".join(traceback.format_exception(failed.value))


async def test_rows_that_contradict_others_tell_the_rule_and_not_the_row(store: SqlStore) -> None:
    told = await failing(store, (insert(numbers), ANA), (insert(numbers), ANA))
    assert "numbers" in told
    assert "5551234567" not in told
    assert "Ana" not in told


@pytest.mark.parametrize(
    "statement", ["SELECT CAST(CAST(:value AS text) AS date)", "SELECT CAST(:value AS integer)"]
)
async def test_what_postgresql_cannot_read_is_not_repeated(statement: str, new_database: NewDatabase) -> None:
    async with new_database("postgresql") as url:
        store = SqlStore(url)
        told = await failing(store, (text(statement), {"value": "Ana"}))
        await store.close()
    assert "Error" in told
    assert "Ana" not in told


async def test_what_is_wrong_with_a_statement_is_told(store: SqlStore) -> None:
    assert "nowhere" in await failing(store, (text("SELECT 1 FROM nowhere"), {}))
