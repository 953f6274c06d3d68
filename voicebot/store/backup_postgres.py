"""PostgreSQL's database copied while it is in use, and put back, by its own tools."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import URL

from voicebot.errors import BackupError


def dump(url: URL, copy: Path) -> None:
    """Write the database as it is at this moment to a new file, in ``pg_dump``'s own format.

    Raises:
        BackupError: ``pg_dump`` is not installed, or failed.
    """
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")


def put_back(copy: Path, url: URL) -> None:
    """Put a copy in the place of the tables, all of it or nothing.

    Raises:
        BackupError: ``pg_restore`` is not installed, or failed; the tables are as they were.
    """
    replacing = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
    _run("pg_restore", url, *replacing, "--no-owner", "--no-privileges", str(copy))


def _run(tool: str, url: URL, *arguments: str) -> None:
    command = [tool, *_where(url), *arguments]
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"{tool} is not installed: apt install postgresql-client, of the server's version or newer"
        ) from error
    if done.returncode:
        told = " / ".join(done.stderr.strip().splitlines()[-3:])
        raise BackupError(f"{tool} failed: {told}")


def _where(url: URL) -> list[str]:
    """As SQLAlchemy has it: the folder of a socket may stand behind the question mark."""
    host = url.host or url.query.get("host")
    given = {"--host": host, "--port": url.port, "--username": url.username, "--dbname": url.database}
    return [f"{name}={value}" for name, value in given.items() if value]
