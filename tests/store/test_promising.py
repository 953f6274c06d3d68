from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.store.campaign_tables import persons
from voicebot.store.sql import SqlStore
from voicebot.store.tables import accounts, promises

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


async def an_account(store: SqlStore, **more: Any) -> None:
    person = {"person_id": "p1", "country": "US", "time_zone": "America/New_York", "inconvenient": []}
    row = {"account_id": "a1", "person_id": "p1", "balance": Decimal(500), "currency": "USD", "facts": {}}
    async with store.database.engine.begin() as sql:
        await sql.execute(insert(persons).values(person | {"updated_at": NOW}))
        await sql.execute(insert(accounts).values(row | {"updated_at": NOW} | more))


async def the_rows(store: SqlStore) -> dict[str, Any]:
    async with store.database.engine.connect() as sql:
        return {row["call_id"]: row for row in (await sql.execute(select(promises))).mappings()}


async def started(store: SqlStore, call_id: str, started_at: datetime = NOW) -> None:
    await store.call_started(call_id, **BEGINNING | {"started_at": started_at}, account_id="a1")


async def test_a_promise_goes_on_the_ledger_of_its_account(store: SqlStore) -> None:
    await an_account(store)
    # Half past midnight in UTC is still the day before in New York.
    await started(store, "call 1", datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    await store.record_promise("call 1", replace(PROMISE, date=date(2026, 11, 28)))
    row = (await the_rows(store))["call 1"]
    assert (row["account_id"], row["status"], row["grace_days"]) == ("a1", "open", 1)
    assert row["promised_on"] == date(2026, 11, 23)
    assert row["due_by"] == date(2026, 11, 30)


async def test_a_new_promise_takes_the_place_of_the_open_one_of_its_account(store: SqlStore) -> None:
    await an_account(store)
    for call_id in ("call 1", "call 2"):
        await started(store, call_id)
        await store.record_promise(call_id, PROMISE)
    rows = await the_rows(store)
    assert (rows["call 1"]["status"], rows["call 1"]["superseded_by"]) == ("superseded", "call 2")
    assert rows["call 2"]["status"] == "open"


async def test_a_settled_promise_stays_when_there_is_a_new_one(store: SqlStore) -> None:
    await an_account(store)
    await started(store, "call 1")
    await store.record_promise("call 1", PROMISE)
    async with store.database.engine.begin() as sql:
        await sql.execute(update(promises).values(status="broken"))
    await started(store, "call 2")
    await store.record_promise("call 2", PROMISE)
    rows = await the_rows(store)
    assert (rows["call 1"]["status"], rows["call 2"]["status"]) == ("broken", "open")


async def test_the_end_of_a_call_does_not_bring_its_superseded_promise_back(store: SqlStore) -> None:
    await an_account(store)
    for call_id in ("call 1", "call 2"):
        await started(store, call_id)
        await store.record_promise(call_id, PROMISE)
    await store.call_ended(replace(a_record("call 1", PROMISE), account_id="a1"))
    rows = await the_rows(store)
    assert (rows["call 1"]["status"], rows["call 2"]["status"]) == ("superseded", "open")


async def test_more_than_is_owed_is_written_down_and_does_not_count(store: SqlStore) -> None:
    await an_account(store, balance=Decimal(100))
    await started(store, "call 1")
    await store.record_promise("call 1", PROMISE)
    assert (await the_rows(store))["call 1"]["status"] == "cancelled"


async def test_a_promise_that_does_not_count_leaves_the_one_before_open(store: SqlStore) -> None:
    await an_account(store)
    await started(store, "call 1")
    await store.record_promise("call 1", PROMISE)
    await started(store, "call 2")
    await store.record_promise("call 2", replace(PROMISE, amount=Decimal(900)))
    assert (await the_rows(store))["call 1"]["status"] == "open"


async def test_promises_of_unknown_callers_leave_one_another_alone(store: SqlStore) -> None:
    for call_id in ("call 1", "call 2"):
        await store.call_started(call_id, **BEGINNING)
        await store.record_promise(call_id, PROMISE)
    assert {row["status"] for row in (await the_rows(store)).values()} == {"open"}
