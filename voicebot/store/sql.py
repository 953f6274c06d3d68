"""Calls and promises in SQLite, or in PostgreSQL where several machines share them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from typing import Any

from sqlalchemy import URL, case, delete, event, exists, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from voicebot.calls.record import CallRecord
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.errors import StoreError
from voicebot.store.failures import store_errors
from voicebot.store.rows import call_of_row, promise_of_row, row_of_call
from voicebot.store.schema import upgrade_schema
from voicebot.store.tables import calls, promises

_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_URLS = "sqlite+aiosqlite:////path/to/voicebot.db or postgresql+asyncpg://user@host/voicebot"

BUSY_SECONDS = 10.0
"""How long a write waits for another process's."""

_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}",
    # A promise must outlive a power cut, so every commit waits for the disk; NORMAL would not.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)


class SqlStore:
    """A call log that outlives the process, the machine's power and, by migrations, its own version."""

    def __init__(self, url: str) -> None:
        """Take an SQLAlchemy URL; nothing is opened yet.

        Raises:
            StoreError: the URL is no database that voicebot can use.
        """
        self._engine = open_engine(url)

    async def open(self) -> None:
        """Connect and bring the tables to the present version.

        Raises:
            StoreError: the database cannot be opened, or a newer voicebot wrote it.
        """
        try:
            with store_errors(f"the database {self._engine.url} cannot be opened"):
                if self._engine.dialect.name == "sqlite":
                    await asyncio.to_thread(_prepare_file, self._engine.url.database or "")
                async with self._engine.connect() as connection:
                    await connection.run_sync(upgrade_schema)
        except StoreError:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of all connections."""
        await self._engine.dispose()

    async def call_started(
        self, call_id: str, *, flow: str, flow_version: str, language: str, started_at: datetime
    ) -> None:
        """Write that a call is in progress.

        Raises:
            StoreError: it could not be written, or there has been a call of that name.
        """
        row = {
            "call_id": call_id,
            "flow": flow,
            "flow_version": flow_version,
            "language": language,
            "started_at": started_at,
            "seconds": 0.0,
            "turns": [],
            "events": [],
        }
        async with self._writing(
            "the start of the call", "its id was used before: give every call its own"
        ) as sql:
            await sql.execute(insert(calls).values(row))

    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        """Put a confirmed promise on disk: on return it is there for good.

        Raises:
            StoreError: it could not be written, or that call never started.
        """
        async with self._writing("the promise", "its call was never written as started") as sql:
            await _put_promise(sql, call_id, promise)

    async def call_ended(self, record: CallRecord) -> None:
        """Write what remains of the call, whatever was written of it before.

        Raises:
            StoreError: it could not be written.
        """
        row = row_of_call(record)
        async with self._writing("the record of the call") as sql:
            ended = await sql.execute(update(calls).where(calls.c.call_id == record.call_id).values(row))
            if not ended.rowcount:
                await sql.execute(insert(calls).values(row))
            if record.promise:
                await _put_promise(sql, record.call_id, record.promise)

    async def close_interrupted(self) -> int:
        """End the calls that a crash left in progress, as their promise says where one is on disk, else in
        ``TECHNICAL_FAILURE``; how many there were.

        A call that another process is still holding is ended too, until its own record replaces this.

        Raises:
            StoreError: it could not be written.
        """
        promised = exists().where(promises.c.call_id == calls.c.call_id)
        ending = case(
            (promised.where(promises.c.whole), Disposition.RPC_PROMISE.value),
            (promised, Disposition.RPC_PARTIAL_PROMISE.value),
            else_=Disposition.TECHNICAL_FAILURE.value,
        )
        async with self._writing("the end of interrupted calls") as sql:
            closed = await sql.execute(
                update(calls).where(calls.c.disposition.is_(None)).values(disposition=ending)
            )
        return closed.rowcount

    async def find_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call; ``None`` when there is none of that name or it is in progress.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the call") as sql:
            found = (await sql.execute(select(calls).where(calls.c.call_id == call_id))).mappings().first()
            if found is None or found["disposition"] is None:
                return None
            promised = await sql.execute(select(promises).where(promises.c.call_id == call_id))
            promise = promised.mappings().first()
        return call_of_row(found, promise_of_row(promise) if promise else None)

    async def promises(self) -> dict[str, PromiseToPay]:
        """Every promise on record by the call it was made in, the one due first first.

        Raises:
            StoreError: the database failed.
        """
        due_first = select(promises).order_by(promises.c.date, promises.c.call_id)
        async with self._reading("the promises") as sql:
            return {row["call_id"]: promise_of_row(row) for row in (await sql.execute(due_first)).mappings()}

    @asynccontextmanager
    async def _writing(self, what: str, conflict: str = "") -> AsyncIterator[AsyncConnection]:
        """A transaction, on disk when the block is left."""
        with store_errors(f"{what} could not be written", conflict=conflict):
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def _reading(self, what: str) -> AsyncIterator[AsyncConnection]:
        with store_errors(f"{what} could not be read"):
            async with self._engine.connect() as connection:
                yield connection


async def _put_promise(sql: AsyncConnection, call_id: str, promise: PromiseToPay) -> None:
    await sql.execute(delete(promises).where(promises.c.call_id == call_id))
    await sql.execute(
        insert(promises).values(
            call_id=call_id,
            amount=promise.amount,
            currency=promise.currency,
            date=promise.date,
            whole=promise.whole,
        )
    )


def open_engine(url: str) -> AsyncEngine:
    """The way to a database; it connects when it is used.

    Raises:
        StoreError: the URL is no database that voicebot can use.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in _ASYNC_DRIVERS:
            raise ArgumentError(f"{parsed.get_backend_name()} is not supported")
        parsed = parsed.set(drivername=_ASYNC_DRIVERS.get(parsed.drivername, parsed.drivername))
        return _sqlite(parsed) if parsed.drivername == "sqlite+aiosqlite" else _server(parsed)
    except ModuleNotFoundError as error:
        raise StoreError(f"the database driver is missing: pip install {error.name}") from error
    except (ArgumentError, InvalidRequestError, NoSuchModuleError) as error:
        raise StoreError(f"VOICEBOT_DATABASE_URL is no database to use ({error}): write {_URLS}") from error


def _sqlite(url: URL) -> AsyncEngine:
    # SQLite writes one transaction at a time: with one connection they queue here in order, without retries.
    engine = create_async_engine(
        url, hide_parameters=True, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def _prepare_file(path: str) -> None:
    """Turn the write-ahead log on, which lasts; or fail on a file that cannot be opened, here, because the
    asynchronous driver would leave a thread behind."""
    deadline = time.monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(path)) as file:
        while not _in_wal_mode(file, last_try=time.monotonic() > deadline):
            time.sleep(0.01)


def _in_wal_mode(file: sqlite3.Connection, *, last_try: bool) -> bool:
    """SQLite's own patience does not cover this: of two processes that change it, one is refused at once."""
    try:
        file.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if last_try or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _server(url: URL) -> AsyncEngine:
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)


def _set_pragmas(connection: Any, _record: Any) -> None:
    try:
        with closing(connection.cursor()) as cursor:
            for pragma in _SQLITE_PRAGMAS:
                cursor.execute(pragma)
    except Exception:
        connection.close()  # the pool does not have it yet; left to itself, its thread outlives the loop
        raise
