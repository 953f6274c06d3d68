"""The way to a database: SQLite's file made ready for several processes, or a PostgreSQL server."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from voicebot.errors import StoreError

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


def prepare_file(path: str) -> None:
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
