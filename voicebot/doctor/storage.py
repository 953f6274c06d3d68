"""Is there room for what is kept, and does the database take it? Nothing is created or changed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.engine import make_url

from voicebot.doctor.verdict import Verdict, fails, ok, skipped, warning
from voicebot.settings import Settings
from voicebot.store.engine import open_engine
from voicebot.store.failures import store_errors
from voicebot.store.presence import silent
from voicebot.store.schema import schema_is_current
from voicebot.store.tables import calls

GB = 1000**3
LITTLE_SPACE, NO_SPACE = GB, GB // 10
"""Bytes free: a minute of recording takes about 2 MB narrow, 4 MB wide."""
FOR_OTHERS = 0o007


# The folder


async def check_folder(settings: Settings) -> Verdict:
    """Voicebot may write there, and strangers may not read it."""
    folder = settings.var_dir.absolute()
    existing = _existing(folder)
    return judge_folder(
        folder,
        existing,
        writable=existing.is_dir() and os.access(existing, os.W_OK | os.X_OK),
        mode=existing.stat().st_mode & 0o777,
    )


def judge_folder(folder: Path, existing: Path, *, writable: bool, mode: int) -> Verdict:
    """``existing`` is the folder itself, or the nearest one above it that is there."""
    if not writable:
        return fails(
            f"{existing} cannot be written to by user {os.geteuid()}",
            f"mkdir -p {folder} && chown USER {folder}, with the user that runs voicebot; or set var_dir",
        )
    if existing != folder:
        return ok(f"{folder} will be made at the first start")
    if mode & FOR_OTHERS:
        return warning(
            f"{folder} is open to every user of this machine (mode {mode:o}): it holds recordings and names",
            f"chmod 700 {folder}",
        )
    return ok(f"{folder} (mode {mode:o})")


async def check_space(settings: Settings) -> Verdict:
    """Recordings and promises have room."""
    folder = _existing(settings.var_dir.absolute())
    return judge_space(folder, shutil.disk_usage(folder).free)


def judge_space(folder: Path, free: int) -> Verdict:
    """``free`` bytes are left there."""
    found = f"{free / GB:.1f} GB free on the disk of {folder}"
    advice = "free some disk space, or move var_dir to a larger disk"
    if free < NO_SPACE:
        return fails(found, advice)
    return warning(found, advice) if free < LITTLE_SPACE else ok(found)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


# The database


async def check_processes(settings: Settings) -> Verdict:
    """Nobody is kept from being called by a process that may be gone."""
    file = _file(settings)
    if file is not None and not file.exists():
        return ok("no process has held a call yet")
    engine = open_engine(settings.store_url)
    try:
        with store_errors("the processes cannot be read"):
            async with engine.connect() as sql:
                if not await sql.run_sync(schema_is_current):
                    return skipped("the database was written by an older voicebot")
                missing = await silent(sql, datetime.now(UTC))
    finally:
        await engine.dispose()
    if missing:
        return warning("; ".join(map(str, missing)), "voicebot processes gone HOST")
    return ok("every process that holds calls is seen")


async def check_store(settings: Settings) -> Verdict:
    """It opens, has the present tables, and takes a row, which is taken back."""
    file = _file(settings)
    if file is not None and not file.exists():
        return ok(f"{file} will be made at the first start")
    name = file or make_url(settings.store_url)
    with store_errors(f"the database {name} cannot be used"):
        if file is not None:
            await asyncio.to_thread(_read_header, file)
        current = await _rehearse_write(settings.store_url)
    if not current:
        return warning(
            f"{name} was written by an older voicebot",
            "nothing, if you have a backup: the next start of `voicebot serve` brings it up to date",
        )
    return ok(f"{name} is up to date and takes records")


def _file(settings: Settings) -> Path | None:
    """Of SQLite."""
    url = make_url(settings.store_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _read_header(file: Path) -> None:
    """A file that is no database fails here: the asynchronous driver would leave a thread behind."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("SELECT count(*) FROM sqlite_master")


async def _rehearse_write(url: str) -> bool:
    """Whether the tables are those of this version; then a call was written, and taken back."""
    engine = open_engine(url)
    try:
        async with engine.connect() as sql:
            current = await sql.run_sync(schema_is_current)
            if current:
                await sql.execute(insert(calls).values(_a_call()))
                await sql.rollback()
            return current
    finally:
        await engine.dispose()


def _a_call() -> dict[str, object]:
    return {
        "call_id": f"doctor-{uuid4()}",
        "flow": "doctor",
        "flow_version": "",
        "language": "en",
        "started_at": datetime.now(UTC),
        "seconds": 0.0,
        "turns": [],
        "events": [],
    }
