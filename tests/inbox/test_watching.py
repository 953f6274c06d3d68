from __future__ import annotations

import asyncio
import pickle
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.campaigns.sheets.ana import sheet
from tests.fakes.until import PATIENCE
from voicebot.campaigns.sheets.settings import ImportSettings
from voicebot.inbox.importing import import_file
from voicebot.inbox.watching import watch_inbox
from voicebot.settings import Settings
from voicebot.store.campaign_tables import contacts
from voicebot.store.sql import SqlStore


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"imports": ImportSettings(settle_seconds=0.1)})


async def there(path: Path) -> None:
    while not await asyncio.to_thread(path.exists):  # noqa: ASYNC110  # another process makes it
        await asyncio.sleep(0.05)


async def watched_until(settings: Settings, path: Path) -> None:
    watching = asyncio.create_task(watch_inbox(settings))
    async with asyncio.timeout(PATIENCE):
        await there(path)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_what_is_dropped_while_the_server_runs_is_loaded(quick: Settings, store: SqlStore) -> None:
    inbox = quick.campaigns_dir / "inbox"
    (inbox / ".november.csv").write_text("being written under another name")
    (inbox / "november.csv").write_text(sheet({}, {}))
    (inbox / "zip.csv").write_bytes(b"PK\x03\x04")
    await watched_until(quick, inbox / "held" / "zip.csv")
    assert {path.name for path in (inbox / "done").iterdir()} == {"november.csv", "november.report.json"}
    assert [account.account_id for account in await store.accounts_of("+56961234567")] == ["A-1", "A-2"]
    assert (inbox / ".november.csv").exists()


async def test_a_folder_of_campaigns_that_is_made_while_the_server_runs_has_its_inbox_then(
    quick: Settings, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    watching = asyncio.create_task(watch_inbox(quick.model_copy(update={"campaigns_dir": later})))
    await asyncio.sleep(0)
    later.mkdir()
    async with asyncio.timeout(PATIENCE):
        await there(later / "inbox")
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def loaded(store: SqlStore, least: int) -> int:
    """How many contacts there are, once there are so many."""
    count = select(func.count()).select_from(contacts)
    while True:
        async with store.database.reading("the contacts") as sql:
            found = (await sql.execute(count)).scalar_one()
        if found >= least:
            return int(found)
        await asyncio.sleep(0.02)


STANDS_STILL = """
CREATE VIEW without_end AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT n FROM n;
CREATE TRIGGER stands_still AFTER INSERT ON contacts WHEN NEW.account_id = 'A-5000'
BEGIN SELECT max(n) FROM without_end; END;
"""
"""Whoever writes this contact counts for ever."""


def in_database(settings: Settings, script: str) -> None:
    with closing(sqlite3.connect(settings.var_dir / "voicebot.db", timeout=PATIENCE)) as database:
        database.executescript(script)


async def test_an_import_that_is_killed_is_finished_by_a_second_drop(
    quick: Settings, store: SqlStore
) -> None:
    path = quick.campaigns_dir / "inbox" / "november.csv"
    path.write_text(sheet(*[{} for _ in range(6000)]))
    in_database(quick, STANDS_STILL)
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "voicebot.inbox.child", str(path), stdin=pipe, stdout=pipe
    )
    assert child.stdin
    child.stdin.write(pickle.dumps(quick))
    child.stdin.write_eof()
    async with asyncio.timeout(PATIENCE):
        assert await loaded(store, least=1) < 6000
    child.kill()
    await child.communicate()
    in_database(quick, "DROP TRIGGER stands_still; DROP VIEW without_end")

    report = await import_file(quick, store, path)
    assert (report.state, report.totals.rows, report.totals.accepted) == ("imported", 6000, 6000)
    assert await loaded(store, least=6000) == 6000
    assert not [left for left in path.parent.iterdir() if left.name.startswith(".")]
