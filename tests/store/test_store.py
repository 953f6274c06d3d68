"""What every store does, whatever it keeps its rows in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.errors import StoreError
from voicebot.store.memory import MemoryStore
from voicebot.store.sql import SqlStore

Store = MemoryStore | SqlStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    sql = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'voicebot.db'}")
    await sql.open()
    yield sql
    await sql.close()


async def test_a_call_is_found_as_it_ended(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.call_ended(a_record())
    assert await store.find_call("call 1") == a_record()


async def test_a_call_in_progress_has_no_record_yet(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    assert await store.find_call("call 1") is None


async def test_an_unknown_call_is_not_found(store: Store) -> None:
    assert await store.find_call("call 1") is None


async def test_a_call_whose_start_was_not_written_is_kept_all_the_same(store: Store) -> None:
    await store.call_ended(a_record(promise=PROMISE))
    assert await store.find_call("call 1") == a_record(promise=PROMISE)


async def test_the_start_is_told_in_utc_whatever_the_zone(store: Store) -> None:
    santiago = timezone(timedelta(hours=-3))
    started_at = datetime(2026, 11, 22, 12, 30, tzinfo=santiago)
    await store.call_ended(replace(a_record(), started_at=started_at))
    found = await store.find_call("call 1")
    assert found is not None
    assert found.started_at == started_at


async def test_a_call_id_is_used_once(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    with pytest.raises(StoreError, match="its id was used before: give every call its own"):
        await store.call_started("call 1", **BEGINNING)


async def test_a_promise_is_on_record_before_its_call_ends(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    assert await store.promises() == {"call 1": PROMISE}


async def test_a_promise_belongs_to_a_call(store: Store) -> None:
    with pytest.raises(StoreError, match="its call was never written as started"):
        await store.record_promise("call 1", PROMISE)
    assert await store.promises() == {}


async def test_a_second_promise_supersedes_the_first(store: Store) -> None:
    better = PromiseToPay(Decimal("300"), "USD", date(2026, 12, 1))
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    await store.record_promise("call 1", better)
    assert await store.promises() == {"call 1": better}


async def test_a_promise_on_record_stays_even_if_the_record_of_the_call_forgets_it(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    await store.call_ended(a_record())
    found = await store.find_call("call 1")
    assert found is not None
    assert found.promise == PROMISE


async def test_promises_come_in_the_order_they_fall_due(store: Store) -> None:
    days = {"call 1": 9, "call 2": 3, "call 3": 6}
    for call_id, day in days.items():
        await store.call_ended(a_record(call_id, replace(PROMISE, date=date(2026, 12, day))))
    assert list(await store.promises()) == ["call 2", "call 3", "call 1"]


@pytest.mark.parametrize("amount", ["0.10", "1250000", "0.30", "12345678901234.56", "180.00"])
async def test_money_is_kept_to_the_last_cent(store: Store, amount: str) -> None:
    await store.call_ended(a_record(promise=replace(PROMISE, amount=Decimal(amount))))
    promises = await store.promises()
    assert str(promises["call 1"].amount) == amount


async def test_interrupted_calls_end_with_one_disposition_each(store: Store) -> None:
    await store.call_started("promised", **BEGINNING)
    await store.record_promise("promised", PROMISE)
    await store.call_started("broken off", **BEGINNING)
    await store.call_ended(a_record("whole"))

    assert await store.close_interrupted() == 2

    endings = {
        call_id: record.disposition
        for call_id in ("promised", "broken off", "whole")
        if (record := await store.find_call(call_id))
    }
    assert endings == {
        "promised": Disposition.RPC_PROMISE,
        "broken off": Disposition.TECHNICAL_FAILURE,
        "whole": Disposition.RPC_REFUSAL,
    }


async def test_an_interrupted_call_keeps_what_was_known_of_it(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.record_promise("call 1", PROMISE)
    await store.close_interrupted()
    record = await store.find_call("call 1")
    assert record == replace(a_record(promise=PROMISE), seconds=0.0, turns=(), events=())


async def test_interrupted_calls_are_closed_once(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    assert await store.close_interrupted() == 1
    assert await store.close_interrupted() == 0


async def test_the_record_of_a_call_has_the_last_word(store: Store) -> None:
    await store.call_started("call 1", **BEGINNING)
    await store.close_interrupted()
    await store.call_ended(a_record())
    assert await store.find_call("call 1") == a_record()


async def test_a_hundred_calls_end_at_once(store: Store) -> None:
    async def call(call_id: str) -> None:
        await store.call_started(call_id, **BEGINNING)
        await store.record_promise(call_id, PROMISE)
        await store.call_ended(a_record(call_id, PROMISE))

    await asyncio.gather(*(call(f"call {n}") for n in range(100)))
    assert len(await store.promises()) == 100
    assert await store.close_interrupted() == 0
