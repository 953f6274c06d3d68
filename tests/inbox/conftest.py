from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from voicebot.settings import Settings, load_settings
from voicebot.store.sql import SqlStore


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: its tables take longer than most scenes."""
    path = tmp_path_factory.mktemp("database") / "voicebot.db"

    async def make() -> None:
        store = SqlStore(f"sqlite+aiosqlite:///{path}")
        await store.open()
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    (tmp_path / "campaigns" / "inbox").mkdir(parents=True)
    (tmp_path / "var").mkdir()
    shutil.copy(empty_database, tmp_path / "var" / "voicebot.db")
    return load_settings(var_dir=tmp_path / "var", campaigns_dir=tmp_path / "campaigns")


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[SqlStore]:
    sql = SqlStore(settings.store_url)
    await sql.open()
    yield sql
    await sql.close()
