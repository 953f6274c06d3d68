"""Calls that a crash left in progress: ended once, and only when nobody holds them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.store.another_process import another_process, killed, said
from tests.store.older import migrated
from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.calls.suppression import Telephone
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.reconcile import record_of
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind
from voicebot.store.processes import this_process
from voicebot.store.sql import SqlStore
from voicebot.store.tables import calls

DEAD = str(replace(this_process(), started="1"))
"""A process of this host that had our id before us."""
ELSEWHERE = "another-host:4242:1843"


async def hand_over(store: SqlStore, holder: str | None) -> None:
    """All calls are somebody else's."""
    async with store.database.engine.begin() as sql:
        await sql.execute(update(calls).values(held_by=holder))


async def disposition(store: SqlStore, call_id: str) -> Disposition | None:
    record = await store.find_call(call_id)
    return record.disposition if record else None


async def test_interrupted_calls_end_with_one_disposition_each(store: SqlStore) -> None:
    await store.call_started("promised", **BEGINNING)
    await store.record_promise("promised", PROMISE)
    await store.call_started("partly promised", **BEGINNING)
    await store.record_promise("partly promised", replace(PROMISE, whole=False))
    for call_id, asked in {
        "opted out": RequestKind.OPT_OUT,
        "messages only": RequestKind.OPT_OUT_VOICE,
    }.items():
        await store.call_started(call_id, **BEGINNING)
        await store.record_promise(call_id, PROMISE)
        await store.record_request(call_id, Request(RequestKind.CALL_BACK))
        await store.record_request(call_id, Request(asked))
    await store.call_started("broken off", **BEGINNING)
    await store.call_ended(a_record("whole"))
    await hand_over(store, DEAD)

    assert await store.close_interrupted() == 5
    assert await store.close_interrupted() == 0

    assert await disposition(store, "promised") is Disposition.RPC_PROMISE
    assert await disposition(store, "partly promised") is Disposition.RPC_PARTIAL_PROMISE
    assert await disposition(store, "opted out") is Disposition.DNC
    assert await disposition(store, "messages only") is Disposition.OPT_OUT_VOICE
    assert await disposition(store, "broken off") is Disposition.TECHNICAL_FAILURE
    assert await disposition(store, "whole") is Disposition.RPC_REFUSAL


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        (RequestKind.ATTORNEY, Disposition.ATTORNEY),
        (RequestKind.BANKRUPTCY, Disposition.BANKRUPT),
        (RequestKind.DISPUTE, Disposition.RPC_DISPUTE),
        (RequestKind.PAYMENT_CHECK, Disposition.RPC_ALREADY_PAID),
        (RequestKind.WRONG_NUMBER, Disposition.WRONG_PARTY),
        (RequestKind.THREAT, Disposition.THREAT),
        (RequestKind.DECEASED, Disposition.DECEASED),
        (RequestKind.VULNERABLE, Disposition.VULNERABLE),
        (RequestKind.LANGUAGE, Disposition.LANGUAGE),
    ],
)
async def test_what_was_said_before_a_crash_keeps_us_from_calling_as_before(
    store: SqlStore, asked: RequestKind, end: Disposition
) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_request("call 1", Request(asked))
    await hand_over(store, DEAD)
    await store.close_interrupted()
    assert await disposition(store, "call 1") is end


@pytest.mark.parametrize(
    ("asked", "promise", "end"),
    [
        (None, PROMISE, Disposition.RPC_PROMISE),
        (RequestKind.OPT_OUT, PROMISE, Disposition.DNC),
        (RequestKind.DISPUTE, None, Disposition.RPC_DISPUTE),
        (None, None, Disposition.TECHNICAL_FAILURE),
    ],
)
async def test_a_call_of_ours_that_nobody_finished_ends_by_what_is_on_disk_of_it(
    store: SqlStore, asked: RequestKind | None, promise: PromiseToPay | None, end: Disposition
) -> None:
    await store.call_started("call 1", **BEGINNING)
    if promise:
        await store.record_promise("call 1", promise)
    if asked:
        await store.record_request("call 1", Request(asked))
    record = await record_of(store, "call 1", "4711", CampaignSettings(), datetime.now(UTC))
    assert (record.disposition, record.promise) == (end, promise)
    assert await store.find_call("call 1") == record


async def test_a_call_that_never_began_has_a_record_that_says_so(store: SqlStore) -> None:
    record = await record_of(store, "call 1", "4711", CampaignSettings(), datetime.now(UTC))
    assert record.disposition is Disposition.TECHNICAL_FAILURE
    assert await disposition(store, "call 1") is Disposition.TECHNICAL_FAILURE


async def test_an_interrupted_call_keeps_what_was_known_of_it(store: SqlStore) -> None:
    await store.call_started("call 1", **BEGINNING, direction="outbound", account_id="4711")
    await store.record_promise("call 1", PROMISE)
    await hand_over(store, DEAD)
    await store.close_interrupted()
    known = replace(a_record(promise=PROMISE), direction="outbound", account_id="4711")
    assert await store.find_call("call 1") == replace(known, seconds=0.0, turns=(), events=())


async def test_the_record_of_a_call_that_was_given_up_too_early_replaces_its_end(store: SqlStore) -> None:
    await store.call_started("call 1", **BEGINNING)
    await hand_over(store, DEAD)
    await store.close_interrupted()
    await store.call_ended(a_record())
    assert await store.find_call("call 1") == a_record()


@pytest.mark.parametrize("holder", [ELSEWHERE, "nonsense", None])
async def test_a_call_whose_process_cannot_be_seen_is_ended_when_no_call_lasts_as_long(
    store: SqlStore, holder: str | None
) -> None:
    now = datetime.now(UTC)
    for call_id, hours in {"young": 2, "old": 4}.items():
        await store.call_started(call_id, **BEGINNING | {"started_at": now - timedelta(hours=hours)})
    await hand_over(store, holder)

    assert await store.close_interrupted() == 1
    assert await disposition(store, "old") is Disposition.TECHNICAL_FAILURE
    assert await disposition(store, "young") is None


async def test_a_living_process_keeps_its_call_however_long_it_lasts(store: SqlStore) -> None:
    await store.call_started("call 1", **BEGINNING | {"started_at": datetime(2020, 1, 1, tzinfo=UTC)})
    assert await store.close_interrupted() == 0


TALK = """
import asyncio, sys
from tests.store.records import BEGINNING
from voicebot.store.sql import SqlStore
from voicebot.store.tables import calls

async def main(url, call_id):
    store = SqlStore(url)
    await store.open()
    print(await store.close_interrupted(), flush=True)
    await store.call_started(call_id, **BEGINNING)
    print("talking", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_that_starts_ends_the_calls_of_the_dead_and_not_of_the_living(
    database_url: str,
) -> None:
    one = await another_process(TALK, database_url, "call 1")
    assert [await said(one), await said(one)] == ["0", "talking"]
    two = await another_process(TALK, database_url, "call 2")
    assert [await said(two), await said(two)] == ["0", "talking"]

    await killed(one)
    store = SqlStore(database_url)
    await store.open()
    assert await store.close_interrupted() == 1
    assert await disposition(store, "call 1") is Disposition.TECHNICAL_FAILURE
    assert await disposition(store, "call 2") is None

    await killed(two)
    assert await store.close_interrupted() == 1
    await store.close()


async def test_processes_that_start_at_once_leave_each_others_calls_alone(database_url: str) -> None:
    processes = await asyncio.gather(*(another_process(TALK, database_url, f"call {n}") for n in range(3)))
    try:
        closed = await asyncio.gather(*(said(process) for process in processes))
        assert closed == ["0", "0", "0"]
    finally:
        await asyncio.gather(*(killed(process) for process in processes))


GIVE_TO_A_HUMAN = """
import asyncio, sys
from dataclasses import replace
from tests.store.records import BEGINNING, a_record
from voicebot.disposition import Disposition
from voicebot.store.sql import SqlStore
from voicebot.store.tables import calls

async def main(url):
    store = SqlStore(url)
    await store.open()
    await store.call_started("call 1", **BEGINNING)
    await store.call_ended(replace(a_record(), disposition=Disposition.RPC_NEGOTIATE_XFER))
    print("the agent answered", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
"""


async def test_a_call_given_to_a_human_stays_so_when_its_process_dies(database_url: str) -> None:
    process = await another_process(GIVE_TO_A_HUMAN, database_url)
    assert await said(process) == "the agent answered"
    await killed(process)

    store = SqlStore(database_url)
    await store.open()
    assert await store.close_interrupted() == 0
    assert await disposition(store, "call 1") is Disposition.RPC_NEGOTIATE_XFER
    await store.close()


A_CALL_OF_0001 = """
INSERT INTO calls (call_id, flow, flow_version, language, started_at, seconds, disposition, turns, events)
VALUES (?, 'reminder', '9f86d081884c', 'es', ?, 42.5, ?, '[]', '[]')
"""


@pytest.fixture
def old_database(database: Path) -> Path:
    """As voicebot 0001 left it: a call that ended, one in progress now and one for hours."""
    migrated(database, "0001")
    write_as_0001(database, "ended", hours=1, disposition="RPC_REFUSAL")
    write_as_0001(database, "young", hours=1)
    write_as_0001(database, "old", hours=4)
    return database


def write_as_0001(database: Path, call_id: str, *, hours: int, disposition: str | None = None) -> None:
    began = datetime.now(UTC) - timedelta(hours=hours)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(A_CALL_OF_0001, (call_id, f"{began:%Y-%m-%d %H:%M:%S.%f}", disposition))
        connection.commit()


async def test_calls_of_the_version_before_are_kept_by_an_update(old_database: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{old_database}")
    await store.open()
    record = await store.find_call("ended")
    assert record is not None
    assert (record.disposition, record.direction, record.account_id) == (
        Disposition.RPC_REFUSAL,
        "inbound",
        None,
    )
    await store.close()


async def test_a_process_of_the_version_before_finishes_its_calls_beside_its_successor(
    old_database: Path,
) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{old_database}")
    await store.open()
    write_as_0001(old_database, "after the update", hours=0)
    assert await store.close_interrupted() == 1
    assert await disposition(store, "old") is Disposition.TECHNICAL_FAILURE
    assert await disposition(store, "young") is None
    assert await disposition(store, "after the update") is None
    await store.close()


WITHOUT_INSTALMENTS = """
INSERT INTO calls (call_id, flow, flow_version, language, started_at, seconds, disposition, turns, events,
                   direction, account_id)
VALUES ('promised', 'reminder', '9f86d081884c', 'es', '2026-11-20 15:30:00.000000', 42.5, 'RPC_PROMISE',
        '[]', '[{"event": "answered"}]', 'outbound', 'A-1');
INSERT INTO promises (call_id, amount, currency, date, whole)
VALUES ('promised', '250.10', 'USD', '2026-12-04', 1);
INSERT INTO accounts (account_id, language, facts, updated_at)
VALUES ('A-1', 'es', '{"balance": "250.10"}', '2026-11-20 15:00:00.000000');
INSERT INTO account_phones (account_id, e164, place) VALUES ('A-1', '+12025550142', 0);
"""
UPGRADE = """
import asyncio, sys
from voicebot.store.sql import SqlStore
from voicebot.store.tables import calls

async def main(url):
    store = SqlStore(url)
    await store.open()
    print(len(await store.promises()), flush=True)
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


async def test_promises_and_accounts_of_0002_survive_two_processes_that_update_at_once(
    database: Path,
) -> None:
    migrated(database, "0002")
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(WITHOUT_INSTALMENTS)
    url = f"sqlite+aiosqlite:///{database}"
    processes = [await another_process(UPGRADE, url) for _ in range(2)]
    assert [await said(process) for process in processes] == ["1", "1"]

    store = SqlStore(url)
    await store.open()
    assert await store.promises() == {"promised": PROMISE}
    [account] = await store.accounts_of("+12025550142")
    assert account.facts == {"balance": "250.10"}
    await store.record_request("promised", Request(RequestKind.OPT_OUT), Telephone("+1", "key:number"))
    assert [known.call_id for known in await store.suppressions_of("key:number")] == ["promised"]
    await store.close()
    assert [await process.wait() for process in processes] == [0, 0]
