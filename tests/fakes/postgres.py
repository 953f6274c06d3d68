"""A real PostgreSQL for as long as somebody holds on to it, in a folder of its own and on no network."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import asyncpg

from tests.fakes import postgres_guard
from voicebot.store.sql import SqlStore


class NoPostgresError(Exception):
    """None can be had here; the text says why."""


class Postgres:
    """The server, as the tests see it."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            NoPostgresError: none can be had here.
        """
        self._guard = subprocess.Popen(
            [sys.executable, postgres_guard.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C ends the tests first
        )
        assert self._guard.stdout is not None
        told = json.loads(self._guard.stdout.readline() or '{"problem": "it did not start"}')
        if problem := told.get("problem"):
            self.stop()
            raise NoPostgresError(problem)
        self.folder: str = told["folder"]
        self._numbers = count()

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+asyncpg://{postgres_guard.USER}@/{database}?host={self.folder}"

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The URL of a database with the tables and nothing in them; it is gone afterwards."""
        number = next(self._numbers)
        if not number:
            await self._make_template()
        await self._tell(f"CREATE DATABASE test_{number} TEMPLATE template")
        try:
            yield self.url(f"test_{number}")
        finally:
            await self._tell(f"DROP DATABASE test_{number} WITH (FORCE)")

    async def _make_template(self) -> None:
        """Bring one database to the present version; the others are copies of it."""
        await self._tell("CREATE DATABASE template")
        store = SqlStore(self.url("template"))
        await store.open()
        await store.close()

    async def _tell(self, command: str) -> None:
        connection = await asyncpg.connect(host=self.folder, user=postgres_guard.USER, database="postgres")
        try:
            await connection.execute(command)
        finally:
            await connection.close()

    def stop(self) -> None:
        """End it and remove its folder."""
        assert self._guard.stdin is not None
        assert self._guard.stdout is not None
        self._guard.stdin.close()
        self._guard.wait(timeout=60)
        self._guard.stdout.close()
