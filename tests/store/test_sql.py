from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from tests.store.another_process import another_process, killed, said
from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.calls.accounts import Account
from voicebot.calls.suppression import NumberKey, Suppression, Telephone
from voicebot.disposition import Disposition, Request, RequestKind
from voicebot.errors import StoreError
from voicebot.store.campaign_tables import contacts
from voicebot.store.schema import upgrade_schema
from voicebot.store.sql import SqlStore

PROMISE_AND_WAIT = """
import asyncio, sys
from tests.store.records import BEGINNING, PROMISE
from voicebot.store.sql import SqlStore

async def main(url):
    store = SqlStore(url)
    await store.open()
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    print("recorded", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
"""


async def test_a_promise_survives_the_death_of_its_process(database_url: str) -> None:
    process = await another_process(PROMISE_AND_WAIT, database_url)
    assert await said(process) == "recorded"
    await killed(process)

    store = SqlStore(database_url)
    await store.open()
    assert await store.promises() == {"call 1": PROMISE}
    assert await store.close_interrupted() == 1
    record = await store.find_call("call 1")
    assert record is not None
    assert (record.disposition, record.promise) == (Disposition.RPC_PROMISE, PROMISE)
    await store.close()


WRITE_FIFTY = """
import asyncio, sys
from tests.store.records import BEGINNING, PROMISE
from voicebot.store.sql import SqlStore

async def main(url, name):
    store = SqlStore(url)
    await store.open()
    for n in range(50):
        await store.call_started(f"{name} {n}", **BEGINNING)
        await store.record_promise(f"{name} {n}", PROMISE)
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_create_the_database_and_write_to_it_at_once(database_url: str) -> None:
    processes = [await another_process(WRITE_FIFTY, database_url, name) for name in ("one", "two")]
    assert [await process.wait() for process in processes] == [0, 0]
    store = SqlStore(database_url)
    await store.open()
    assert len(await store.promises()) == 100
    await store.close()


async def test_every_commit_waits_for_the_disk(file_store: SqlStore) -> None:
    async with file_store.database.engine.connect() as connection:
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_what_was_written_is_there_after_opening_again(file_store: SqlStore, database: Path) -> None:
    await file_store.call_ended(a_record(promise=PROMISE))
    await file_store.close()
    again = SqlStore(f"sqlite:///{database}")
    await again.open()
    assert await again.find_call("call 1") == a_record(promise=PROMISE)
    await again.close()


async def test_a_call_that_is_cancelled_while_it_writes_does_not_hold_up_the_others(store: SqlStore) -> None:
    writes = [asyncio.create_task(store.call_started(f"call {n}", **BEGINNING)) for n in range(5)]
    await asyncio.sleep(0)
    writes[0].cancel()
    writes[2].cancel()
    await asyncio.gather(*writes, return_exceptions=True)
    await store.call_ended(a_record("call 9"))
    assert await store.find_call("call 9") == a_record("call 9")


REFUSE_THE_SECOND_TELEPHONE = """
CREATE TRIGGER full BEFORE INSERT ON account_phones WHEN new.place = 1
BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
"""


async def test_an_account_is_replaced_whole_or_not_at_all(file_store: SqlStore, database: Path) -> None:
    before = Account("4711", "es", {"balance": "500.00"}, ("+15551234567",))
    await file_store.keep_account(before)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(REFUSE_THE_SECOND_TELEPHONE)
    with pytest.raises(StoreError, match="the account could not be written"):
        await file_store.keep_account(Account("4711", "en", {}, ("+15550000000", "+15551234567")))
    assert await file_store.find_account("4711") == before


async def test_a_store_in_memory_has_its_tables_too() -> None:
    store = SqlStore("sqlite+aiosqlite://")
    await store.open()
    await store.call_ended(a_record())
    assert await store.find_call("call 1") == a_record()
    await store.close()


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(database: Path) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        upgrade_schema(connection)
        assert compare_metadata(MigrationContext.configure(connection), contacts.metadata) == []
    engine.dispose()


async def test_a_database_of_a_newer_voicebot_is_left_alone(file_store: SqlStore, database: Path) -> None:
    await file_store.close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreError, match=r"newer voicebot \(schema 9999\): install that version again"):
        await SqlStore(f"sqlite+aiosqlite:///{database}").open()


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Every database opened here may grow to 800 kB and no further."""

    def limit(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 200").close()

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


@pytest.mark.usefixtures("small_disk")
async def test_a_full_disk_is_told_and_no_promise_is_half_written(file_store: SqlStore) -> None:
    whole = list[str]()

    async def calls_without_end() -> None:
        for n in range(10_000):
            await file_store.call_ended(a_record(f"call {n}", PROMISE))
            whole.append(f"call {n}")

    with pytest.raises(StoreError, match=r"database or disk is full\): free some disk space"):
        await calls_without_end()
    assert sorted(await file_store.promises()) == sorted(whole)


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """A file that is no database."""
    (tmp_path / "diary").write_text("Dear diary, " * 1000)
    return tmp_path / "diary"


async def test_a_folder_that_cannot_be_written_is_told(diary: Path) -> None:
    with pytest.raises(StoreError, match="make its folder, and let voicebot write there"):
        await SqlStore(f"sqlite+aiosqlite:///{diary}/voicebot.db").open()


async def test_a_file_that_is_no_database_is_told(diary: Path) -> None:
    with pytest.raises(StoreError, match="move the file away and put back a backup"):
        await SqlStore(f"sqlite+aiosqlite:///{diary}").open()


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("voicebot.db", "write sqlite\\+aiosqlite:"),
        ("mysql+aiomysql://host/voicebot", "mysql is not supported.*write sqlite\\+aiosqlite:"),
        ("sqlite+pysqlite:///voicebot.db", "write sqlite\\+aiosqlite:"),
        ("postgresql+nodriver://host/voicebot", "write sqlite\\+aiosqlite:"),
    ],
)
def test_a_url_that_is_no_database_says_how_to_write_one(url: str, advice: str) -> None:
    with pytest.raises(StoreError, match=advice):
        SqlStore(url)


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreError, match="pip install asyncpg"):
        SqlStore("postgresql://host/voicebot")


async def test_errors_tell_no_personal_data(store: SqlStore) -> None:
    with pytest.raises(StoreError) as told:
        await store.record_promise("call 1", PROMISE)
    assert "250.10" not in f"{told.value} {told.value.__cause__}"


async def test_where_numbers_are_on_record_by_another_key_none_is_said_to_be_free(store: SqlStore) -> None:
    lost, new = NumberKey(b"a secret that is lost", "US"), NumberKey(b"a new secret of theirs", "US")
    number = "+15551234567"
    since = BEGINNING["started_at"]
    await store.suppress(Suppression(str(lost.hash(number)), "all", since, "opt_out", "call 1"))
    with pytest.raises(StoreError, match=r"put suppression\.key back into var_dir"):
        await store.suppressions_of(str(new.hash(number)))


async def test_an_opt_out_that_suppresses_nothing_is_not_on_record_either(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def disk_full(*_: object) -> None:
        raise StoreError("the disk is full: make room")

    monkeypatch.setattr("voicebot.store.requesting.put_suppression", disk_full)
    await store.call_started("call 1", **BEGINNING)
    with pytest.raises(StoreError, match="the disk is full"):
        await store.record_request("call 1", Request(RequestKind.OPT_OUT), Telephone("+1", "key:hash"))
    assert await store.requests() == []
