from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from voicebot.store.sql import SqlStore


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A file of SQLite that is not there yet."""
    return tmp_path / "voicebot.db"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """A store in either database."""
    sql = SqlStore(database_url)
    await sql.open()
    yield sql
    await sql.close()


@pytest.fixture
async def file_store(database: Path) -> AsyncIterator[SqlStore]:
    """A store in the file."""
    sql = SqlStore(f"sqlite+aiosqlite:///{database}")
    await sql.open()
    yield sql
    await sql.close()
