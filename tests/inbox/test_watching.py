from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from tests.campaigns.sheets import sheet
from voicebot.campaigns.csv_settings import ImportSettings
from voicebot.inbox.watching import watch_inbox
from voicebot.settings import Settings
from voicebot.store.sql import SqlStore


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"imports": ImportSettings(settle_seconds=0.1)})


async def there(path: Path) -> None:
    while not await asyncio.to_thread(path.exists):  # noqa: ASYNC110  # another process makes it
        await asyncio.sleep(0.05)


async def watched_until(settings: Settings, path: Path) -> None:
    watching = asyncio.create_task(watch_inbox(settings))
    async with asyncio.timeout(60):
        await there(path)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_what_is_dropped_while_the_server_runs_is_loaded(quick: Settings, store: SqlStore) -> None:
    inbox = quick.campaigns_dir / "inbox"
    (inbox / ".november.csv").write_text("being written under another name")
    (inbox / "november.csv").write_text(sheet({}, {}))
    (inbox / "zip.csv").write_bytes(b"PK\x03\x04")
    await watched_until(quick, inbox / "held" / "zip.csv")
    assert {path.name for path in (inbox / "done").iterdir()} == {"november.csv", "november.report.json"}
    assert [account.account_id for account in await store.accounts_of("+56961234567")] == ["A-1", "A-2"]
    assert (inbox / ".november.csv").exists()


async def test_without_campaigns_there_is_no_inbox(quick: Settings, tmp_path: Path) -> None:
    await watch_inbox(quick.model_copy(update={"campaigns_dir": tmp_path / "nowhere"}))
    assert not (tmp_path / "nowhere").exists()
