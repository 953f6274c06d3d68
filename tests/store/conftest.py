from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from voicebot.store.sql import SqlStore


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "voicebot.db"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[SqlStore]:
    sql = SqlStore(f"sqlite+aiosqlite:///{database}")
    await sql.open()
    yield sql
    await sql.close()
