"""SQLite's database copied while it is in use, and put back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from voicebot.errors import BackupError

_BUSY_SECONDS = 10.0


def dump(database: Path, copy: Path) -> None:
    """Write the database as it is at this moment to a new file, and see that it is whole; whoever writes
    meanwhile is not held up.

    Raises:
        BackupError: there is no database, or it is damaged.
    """
    if not database.exists():
        raise BackupError(f"there is no database {database} yet: nothing to back up")
    try:
        with closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise BackupError(f"{database} could not be copied ({error}): see voicebot doctor") from error
    require_whole(copy)


def require_whole(database: Path) -> None:
    """See that nothing in a database is damaged.

    Raises:
        BackupError: something is.
    """
    try:
        with closing(sqlite3.connect(database)) as file:
            told = [line for (line,) in file.execute("PRAGMA integrity_check(3)")]
            broken = file.execute("PRAGMA foreign_key_check").fetchmany(3)
    except sqlite3.Error as error:
        told, broken = [str(error)], []
    if told != ["ok"] or broken:
        what = "; ".join([*told, *(f"{row[0]} refers to a missing {row[2]}" for row in broken)])
        raise BackupError(f"the copy of the database is damaged ({what}): use another backup")


def put_back(copy: Path, database: Path) -> None:
    """Put a copy in the place of the database, all at once.

    Raises:
        BackupError: a process still has the database open.
    """
    if database.exists():
        _require_unused(database)
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)  # of the one that goes
    os.replace(copy, database)


def _require_unused(database: Path) -> None:
    """SQLite leaves its write-ahead log only when nobody else has the file open; what is no database, or a
    damaged one, may be replaced."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database, timeout=1.0)) as file:
        try:
            file.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise BackupError(
                    f"a process still uses {database}: end voicebot (systemctl stop voicebot), and try again"
                ) from error
            raise
