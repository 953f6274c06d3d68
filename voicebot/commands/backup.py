"""What cannot be made again in one file, and back: the database, and the key of suppressed numbers."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url

from voicebot.errors import BackupError
from voicebot.number_key import FILE as KEY
from voicebot.settings import Settings
from voicebot.store import backup_postgres, backup_sqlite
from voicebot.store.archive import Manifest, pack, unpack
from voicebot.store.engine import open_engine
from voicebot.store.failures import store_errors
from voicebot.store.schema import require_known, steps_taken

DATABASE: Final = "database"
_KEY_BESIDE = "VOICEBOT_SUPPRESSION_KEY is not in it: keep that secret elsewhere"
_NO_KEY = (
    f"there is no {KEY} in it: put it back into var_dir from where you keep it, or set "
    "VOICEBOT_SUPPRESSION_KEY, or nothing is dialled once somebody asked for no more calls"
)


def make_backup(settings: Settings, target: Path, *, force: bool, with_key: bool) -> str:
    """Write a backup to a new file, readable by its owner alone; the server may work meanwhile.

    Raises:
        BackupError: the file is there and ``force`` is not given, or something cannot be copied.
        StoreError: the database cannot be read.
    """
    if target.exists() and not force:
        raise BackupError(f"{target} is there: give another name, or --force to replace it")
    url, key = make_url(settings.store_url), settings.var_dir / KEY
    with tempfile.TemporaryDirectory(prefix=".voicebot-backup-", dir=target.absolute().parent) as folder:
        copy = Path(folder, DATABASE)
        _dump(url, copy)
        parts = {DATABASE: copy} | ({KEY: key} if with_key and key.exists() else {})
        steps = _steps(make_url(f"sqlite:///{copy}") if _is_sqlite(url) else url)
        manifest = Manifest(url.get_backend_name(), sorted(steps), datetime.now(UTC).isoformat())
        pack(parts, manifest, target, replace=force)
    return "\n".join([f"{target}: {target.stat().st_size / 1e6:.1f} MB", *_key_told(settings, KEY in parts)])


def restore_backup(settings: Settings, source: Path, *, force: bool) -> str:
    """Put back what a backup has; what is there is replaced only with ``force``, and only by what is whole.

    Raises:
        BackupError: it is no whole backup, is of another kind of database, would replace something, or a
            process uses the database.
        StoreError: a newer voicebot wrote it, or the database cannot be reached.
    """
    url, key = make_url(settings.store_url), settings.var_dir / KEY
    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".voicebot-restore-", dir=_beside(url, settings)) as folder:
        manifest, parts = unpack(source, Path(folder), (DATABASE, KEY))
        _require_kind(manifest, url)
        require_known(manifest.schema)
        if not force:
            _require_no_other_key(parts.get(KEY), key)
            _require_empty(url)
        _put_back(url, parts[DATABASE])
        if KEY in parts:
            os.replace(parts[KEY], key)
    told = [] if KEY in parts or key.exists() or _secret_given(settings) else [_NO_KEY]
    return "\n".join([f"{source} of {manifest.made_at} is back", *told])


def _dump(url: URL, copy: Path) -> None:
    if _is_sqlite(url):
        backup_sqlite.dump(Path(url.database or ""), copy)
    else:
        backup_postgres.dump(url, copy)


def _put_back(url: URL, copy: Path) -> None:
    if _is_sqlite(url):
        backup_sqlite.require_whole(copy)
        backup_sqlite.put_back(copy, Path(url.database or ""))
    else:
        backup_postgres.put_back(copy, url)


def _steps(url: URL) -> set[str]:
    """The last steps of its tables; none where there are no tables."""
    return asyncio.run(_read_steps(url))


async def _read_steps(url: URL) -> set[str]:
    engine = open_engine(url.render_as_string(hide_password=False))
    try:
        with store_errors(f"the database {url} could not be read"):
            async with engine.connect() as sql:
                return await sql.run_sync(steps_taken)
    finally:
        await engine.dispose()


def _require_empty(url: URL) -> None:
    if _is_sqlite(url):
        used = Path(url.database or "").exists()
    else:
        used = bool(_steps(url))
    if used:
        raise BackupError(f"there is a database already ({url}): --force replaces it, and all that is in it")


def _require_no_other_key(kept: Path | None, key: Path) -> None:
    if kept is not None and key.exists() and kept.read_bytes() != key.read_bytes():
        raise BackupError(
            f"{key} is another key than that of the backup, by which the suppressed numbers in it are known: "
            "--force replaces it"
        )


def _require_kind(manifest: Manifest, url: URL) -> None:
    if manifest.kind != url.get_backend_name():
        raise BackupError(
            f"the backup is of {manifest.kind}, and VOICEBOT_DATABASE_URL names {url.get_backend_name()}: "
            "name a database of the same kind"
        )


def _key_told(settings: Settings, included: bool) -> list[str]:
    if included:
        return [f"{KEY} is in it: whoever has the file can tell who asked for no more calls"]
    if _secret_given(settings):
        return [_KEY_BESIDE]
    return [f"{KEY} is not in it: keep a copy of it elsewhere"] if (settings.var_dir / KEY).exists() else []


def _secret_given(settings: Settings) -> bool:
    return bool(settings.suppression_key.get_secret_value())


def _beside(url: URL, settings: Settings) -> Path:
    """On the disk of the database, so that it is replaced all at once."""
    folder = Path(url.database or "").absolute().parent if _is_sqlite(url) else settings.var_dir
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
    return folder


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"
