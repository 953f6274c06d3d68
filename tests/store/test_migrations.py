"""Databases of earlier versions, brought to this one with all they hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.older import migrated
from voicebot.store.sql import SqlStore

CALL_OF_0005 = """
INSERT INTO calls (call_id, flow, flow_version, language, started_at, seconds, turns, events, account_id)
VALUES ('call 1', 'reminder', '9f86d081884c', 'es', '2026-11-22 15:30:00', 42.5, '[]', '[]', '4711')
"""
PROMISE_OF_0005 = """
INSERT INTO promises (call_id, amount, currency, date, whole, instalments)
VALUES ('call 1', '250.10', 'USD', ?, 0, ?)
"""
TOLD = "SELECT account_id, promised_on, due_by, grace_days, status, kept_amount FROM promises"


@pytest.mark.parametrize(
    ("day", "instalments", "due_by"),
    [("2026-12-04", 1, "2026-12-04"), ("2027-01-31", 2, "2027-02-28"), ("2026-11-30", 3, "2027-01-30")],
)
async def test_promises_of_before_the_ledger_are_open_and_know_their_account(
    database: Path, day: str, instalments: int, due_by: str
) -> None:
    migrated(database, "0005")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(CALL_OF_0005)
        connection.execute(PROMISE_OF_0005, (day, instalments))
        connection.commit()

    store = SqlStore(f"sqlite:///{database}")
    await store.open()
    await store.close()
    with closing(sqlite3.connect(database)) as connection:
        (told,) = connection.execute(TOLD).fetchall()
    assert told == ("4711", "2026-11-22", due_by, 1, "open", "0")
