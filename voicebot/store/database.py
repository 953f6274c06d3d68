"""One database for all that is kept: opened once, and lent for a transaction at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.errors import StoreError
from voicebot.store.engine import open_engine, prepare_file
from voicebot.store.failures import store_errors
from voicebot.store.schema import upgrade_schema


class Database:
    """SQLite, or PostgreSQL where several machines share it."""

    def __init__(self, url: str) -> None:
        """Take an SQLAlchemy URL; nothing is opened yet.

        Raises:
            StoreError: the URL is no database that voicebot can use.
        """
        self.engine = open_engine(url)

    async def open(self) -> None:
        """Connect and bring the tables to the present version.

        Raises:
            StoreError: the database cannot be opened, or a newer voicebot wrote it.
        """
        try:
            with store_errors(f"the database {self.engine.url} cannot be opened"):
                if self._is_file:
                    await asyncio.to_thread(prepare_file, self.engine.url.database or "")
                async with self.engine.connect() as connection:
                    await connection.run_sync(upgrade_schema)
        except StoreError:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of all connections."""
        await self.engine.dispose()

    @asynccontextmanager
    async def writing(self, what: str, conflict: str = "") -> AsyncIterator[AsyncConnection]:
        """A transaction, on disk when the block is left. In SQLite nobody else writes meanwhile, so that what
        was read in it stays true; in PostgreSQL that takes locks.

        Raises:
            StoreError: ``what`` could not be written.
        """
        with store_errors(f"{what} could not be written", conflict=conflict):
            async with self.engine.begin() as connection:
                if self._is_file:
                    # By itself it would begin with the first change, and fail if another process had changed
                    # something since the first look.
                    await connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection

    @asynccontextmanager
    async def reading(self, what: str) -> AsyncIterator[AsyncConnection]:
        """A look at what is there.

        Raises:
            StoreError: ``what`` could not be read.
        """
        with store_errors(f"{what} could not be read"):
            async with self.engine.connect() as connection:
                yield connection

    @property
    def _is_file(self) -> bool:
        return self.engine.dialect.name == "sqlite"
