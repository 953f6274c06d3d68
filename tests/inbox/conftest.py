from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from voicebot.records import open_records
from voicebot.settings import Settings, load_settings
from voicebot.store.sql import SqlStore


def settings_in(tmp_path: Path, url: str = "") -> Settings:
    (tmp_path / "campaigns" / "inbox").mkdir(parents=True)
    return load_settings(var_dir=tmp_path / "var", campaigns_dir=tmp_path / "campaigns", database_url=url)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: its tables take longer than most scenes."""
    var = tmp_path_factory.mktemp("empty")

    async def make() -> None:
        async with open_records(load_settings(var_dir=var)):
            pass

    asyncio.run(make())
    return var


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    """With SQLite, for scenes about files."""
    shutil.copytree(empty_database, tmp_path / "var")
    return settings_in(tmp_path)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[SqlStore]:
    async with open_records(settings) as sql:
        yield sql
