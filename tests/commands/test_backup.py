import asyncio
import json
import os
import subprocess
import sys
import tarfile
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from tests.store.portfolio import NOW as AT
from tests.store.portfolio import a_campaign, a_portfolio, dial, no_hash
from tests.store.records import BEGINNING, PROMISE, a_record
from voicebot.calls.suppression import Suppression
from voicebot.commands.backup import make_backup, restore_backup
from voicebot.errors import BackupError, StoreError
from voicebot.number_key import number_key
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings
from voicebot.store.campaign_tables import contacts
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.sql import SqlStore


@pytest.fixture
async def settings(tmp_path: Path, database_url: str) -> Settings:
    """Of a server that has worked for a while."""
    url = "" if database_url.startswith("sqlite") else database_url
    settings = load_settings(var_dir=tmp_path / "var", database_url=url)
    number_hash = str(number_key(settings).hash("+15551234567"))
    async with open_records(settings) as store:
        await store.call_ended(a_record(promise=PROMISE))
        await store.suppress(Suppression(number_hash, "all", AT, "opt_out"))
        await a_campaign(store.database)
        await a_portfolio(store.database, 50)
        await SqlContactQueue(store.database).claim("november", AT, dial, no_hash)
    return settings


async def everything(settings: Settings) -> dict[str, list[str]]:
    """All rows of all tables."""
    async with open_records(settings) as store, store.database.engine.connect() as sql:
        tables: MetaData = contacts.metadata
        return {
            table.name: sorted(map(repr, (await sql.execute(select(table))).all()))
            for table in tables.sorted_tables
        }


async def backed_up(settings: Settings, file: Path, *, force: bool = False, with_key: bool = True) -> str:
    return await asyncio.to_thread(make_backup, settings, file, force=force, with_key=with_key)


async def restored(settings: Settings, file: Path, *, force: bool = False) -> str:
    return await asyncio.to_thread(restore_backup, settings, file, force=force)


async def test_nothing_is_lost(settings: Settings, tmp_path: Path) -> None:
    before, key = await everything(settings), (settings.var_dir / "suppression.key").read_text()
    await backed_up(settings, tmp_path / "backup")
    async with open_records(settings) as store:
        await store.remove_account("a1")
        await store.call_started("later", **BEGINNING)
    (settings.var_dir / "suppression.key").unlink()

    assert "is back" in await restored(settings, tmp_path / "backup", force=True)
    assert await everything(settings) == before
    assert (settings.var_dir / "suppression.key").read_text() == key


async def test_the_server_goes_on_while_it_is_backed_up(settings: Settings, tmp_path: Path) -> None:
    async with open_records(settings) as store:
        making = asyncio.create_task(backed_up(settings, tmp_path / "backup"))
        for number in count(2):
            await store.call_ended(a_record(f"call {number}", PROMISE))
            if making.done():
                break
        await making
    await restored(settings, tmp_path / "backup", force=True)
    async with open_records(settings) as store:
        promised = await store.promises()
        assert "call 1" in promised
        found = [await store.find_call(call_id) for call_id in promised]
        assert None not in found


async def test_what_is_there_is_replaced_only_when_asked_for(settings: Settings, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    await backed_up(settings, backup)
    written = backup.read_bytes()
    with pytest.raises(BackupError, match="give another name, or --force"):
        await backed_up(settings, backup)
    assert backup.read_bytes() == written
    with pytest.raises(BackupError, match="there is a database already"):
        await restored(settings, backup)
    await backed_up(settings, backup, force=True)
    assert os.stat(backup).st_mode & 0o777 == 0o600


async def test_a_key_may_be_kept_elsewhere_and_is_asked_for(settings: Settings, tmp_path: Path) -> None:
    told = await backed_up(settings, tmp_path / "backup", with_key=False)
    assert "suppression.key is not in it" in told
    (settings.var_dir / "suppression.key").unlink()
    assert "put it back into var_dir" in await restored(settings, tmp_path / "backup", force=True)


async def test_a_damaged_backup_replaces_nothing(settings: Settings, tmp_path: Path) -> None:
    before, backup = await everything(settings), tmp_path / "backup"
    await backed_up(settings, backup)
    whole = backup.read_bytes()
    middle = len(whole) // 2
    for damaged in (b"", b"x" * 5000, whole[:middle], whole[:middle] + b"rust" + whole[middle + 4 :]):
        backup.write_bytes(damaged)
        with pytest.raises(BackupError, match="use another"):
            await restored(settings, backup, force=True)
    assert await everything(settings) == before


async def test_a_backup_of_a_newer_voicebot_is_refused(settings: Settings, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    await backed_up(settings, backup)
    with tarfile.open(backup) as archive:
        told = archive.extractfile("manifest.json")
        assert told is not None
        (schema,) = json.load(told)["schema"]
    backup.write_bytes(backup.read_bytes().replace(f'"{schema}"'.encode(), b'"9999"', 1))
    with pytest.raises(StoreError, match=r"newer voicebot \(schema 9999\)"):
        await restored(settings, backup, force=True)


async def test_a_backup_goes_back_to_the_same_kind_of_database(
    settings: Settings, tmp_path: Path, postgres: object
) -> None:
    await backed_up(settings, tmp_path / "backup")
    other = "" if settings.database_url else "postgresql+asyncpg://voicebot@/nowhere"
    elsewhere = load_settings(var_dir=tmp_path / "other", database_url=other)
    with pytest.raises(BackupError, match="name a database of the same kind"):
        await restored(elsewhere, tmp_path / "backup")


async def test_a_database_in_use_is_not_replaced(tmp_path: Path) -> None:
    settings = load_settings(var_dir=tmp_path / "var")
    async with open_records(settings) as store:
        await store.call_ended(a_record())
        await backed_up(settings, tmp_path / "backup")
        with pytest.raises(BackupError, match="a process still uses"):
            await restored(settings, tmp_path / "backup", force=True)
        assert await store.find_call("call 1") == a_record()


async def test_a_damaged_database_may_be_replaced(tmp_path: Path) -> None:
    settings = load_settings(var_dir=tmp_path / "var")
    async with open_records(settings) as store:
        await store.call_ended(a_record())
    await backed_up(settings, tmp_path / "backup")
    (settings.var_dir / "voicebot.db").write_text("rust " * 1000)
    with pytest.raises(BackupError, match="could not be copied"):
        await backed_up(settings, tmp_path / "another")
    await restored(settings, tmp_path / "backup", force=True)
    async with open_records(settings) as store:
        assert await store.find_call("call 1") == a_record()


async def test_a_missing_tool_says_what_to_install(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if settings.database_url:
        with pytest.raises(BackupError, match="pg_dump is not installed: apt install postgresql-client"):
            await backed_up(settings, tmp_path / "backup")
    else:
        await backed_up(settings, tmp_path / "backup")


async def test_before_the_first_start_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        await backed_up(load_settings(var_dir=tmp_path / "var"), tmp_path / "backup")


def test_an_operator_backs_up_and_restores(tmp_path: Path) -> None:
    def voicebot(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "voicebot", *map(str, words)],
            env={**os.environ, "VOICEBOT_VAR_DIR": str(tmp_path / "var")},
            capture_output=True,
            text=True,
        )

    (tmp_path / "var").mkdir()
    asyncio.run(_a_store(tmp_path / "var"))
    assert voicebot("backup", tmp_path / "backup").returncode == 0
    refused = voicebot("restore", tmp_path / "backup")
    assert (refused.returncode, "--force" in refused.stderr) == (1, True)
    assert voicebot("restore", tmp_path / "backup", "--force").returncode == 0


async def _a_store(folder: Path) -> None:
    store = SqlStore(f"sqlite:///{folder / 'voicebot.db'}")
    await store.open()
    await store.close()
