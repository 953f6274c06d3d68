"""Processes that cannot see each other: each says that it lives, and people say which are gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from tests.fakes.until import until
from tests.store.portfolio import NOW, a_campaign, a_portfolio, dial, no_hash
from tests.store.records import BEGINNING
from voicebot.store import presence
from voicebot.store.campaign_tables import attempts
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.presence import (
    BEAT_SECONDS,
    LONGEST,
    MARGIN,
    SILENT,
    Silent,
    give_up,
    present,
    say,
    silent,
)
from voicebot.store.processes import this_process
from voicebot.store.sql import SqlStore
from voicebot.store.tables import calls, holders

TALK = timedelta(minutes=15)
CONTAINER = f"{this_process().host}/2d1c6b09.4026532179:1:1843"
"""Of this host, by its name; process 1 of another PID namespace."""


async def a_dial_of(held_by: str, store: SqlStore) -> None:
    """At ``NOW``, with its call."""
    await a_campaign(store.database)
    await a_portfolio(store.database, 1)
    await SqlContactQueue(store.database).claim("november", NOW, dial, no_hash)
    await store.call_started("a1-1", **BEGINNING | {"started_at": NOW})
    async with store.database.writing("whose they are") as sql:
        await sql.execute(update(attempts).values(held_by=held_by))
        await sql.execute(update(calls).values(held_by=held_by))


async def said_by(held_by: str, store: SqlStore, at: datetime = NOW) -> None:
    async with store.database.writing("what it said") as sql:
        await sql.execute(insert(holders).values(held_by=held_by, seen_at=at, until=at + TALK + MARGIN))


async def left_at(store: SqlStore, at: datetime) -> int:
    return len(await SqlContactQueue(store.database).left_attempts(at, ()))


async def silent_at(store: SqlStore, at: datetime) -> list[Silent]:
    async with store.database.reading("who is silent") as sql:
        return await silent(sql, at)


async def test_what_a_container_held_is_over_when_its_longest_call_is(store: SqlStore) -> None:
    await a_dial_of(CONTAINER, store)
    await said_by(CONTAINER, store)
    assert await left_at(store, NOW + TALK) == 0
    assert await left_at(store, NOW + TALK + MARGIN) == 1


async def test_a_container_that_says_that_it_lives_keeps_its_calls_however_old(store: SqlStore) -> None:
    await a_dial_of(CONTAINER, store)
    await said_by(CONTAINER, store, NOW + 2 * LONGEST)
    assert await left_at(store, NOW + 2 * LONGEST) == 0
    assert await silent_at(store, NOW + 2 * LONGEST) == []


@pytest.mark.parametrize("seen_at", [NOW, None])
async def test_who_holds_calls_and_is_not_seen_is_named_with_what_to_do(
    store: SqlStore, seen_at: datetime | None
) -> None:
    await a_dial_of(CONTAINER, store)
    if seen_at:
        await said_by(CONTAINER, store, seen_at)
        assert await silent_at(store, NOW + SILENT) == []
    over = NOW + (TALK + MARGIN if seen_at else LONGEST)
    (missing,) = await silent_at(store, NOW + 2 * SILENT)
    assert missing == Silent(CONTAINER, seen_at, 1, over)
    assert f"voicebot processes gone {this_process().host}" in str(missing)
    assert missing.as_json()["calls"] == 1
    assert await silent_at(store, over) == []


@pytest.mark.parametrize("known", [True, False])
async def test_what_people_give_up_is_over_at_once(store: SqlStore, known: bool) -> None:
    await a_dial_of(CONTAINER, store)
    at = datetime.now(UTC)
    if known:
        await said_by(CONTAINER, store, at - 2 * SILENT)
    async with store.database.writing("that it is gone") as sql:
        assert await give_up(sql, "another-host", at) == []
        assert [one.held_by for one in await give_up(sql, this_process().host, at)] == [CONTAINER]
    assert await left_at(store, at) == 1
    assert await store.close_interrupted() == 1


async def test_who_is_seen_cannot_be_given_up(store: SqlStore) -> None:
    await a_dial_of(str(this_process()), store)
    async with store.database.writing("that it is gone") as sql:
        assert await give_up(sql, this_process().host, NOW + 2 * SILENT) == []


async def test_old_words_are_forgotten(store: SqlStore) -> None:
    await said_by(CONTAINER, store, NOW - timedelta(days=2))
    async with store.database.writing("that we live") as sql:
        await say(sql, TALK, NOW)
        (row,) = (await sql.execute(select(holders))).all()
    assert (row.held_by, row.until) == (str(this_process()), NOW + TALK + MARGIN)


async def test_a_process_beats_and_tells_once_who_is_missing(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT_SECONDS", BEAT_SECONDS / 1000)
    await a_dial_of(CONTAINER, store)
    async with store.database.writing("when it began") as sql:
        await sql.execute(update(attempts).values(placed_at=datetime.now(UTC)))
    beats = list[datetime]()

    async def beat(sql: AsyncConnection, longest_call: timedelta, now: datetime) -> None:
        beats.append(now)
        await say(sql, longest_call, now)

    monkeypatch.setattr(presence, "say", beat)
    with capture_logs() as logs:
        async with present(store.database, TALK):
            await until(lambda: len(beats) == 4)
    told = [line for line in logs if line["event"] == "process_not_seen"]
    assert [(line["host"], line["calls"]) for line in told] == [(this_process().host, 1)]
