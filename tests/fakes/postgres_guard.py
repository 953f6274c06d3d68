"""Runs a PostgreSQL until standard input ends, and then takes everything away again.

``tests/fakes/postgres.py`` starts it as a process, which says in one line of JSON where the server listens,
or why there is none: so nothing is left behind even when the tests are killed. It needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

USER = "voicebot"
QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}


class UnavailableError(Exception):
    """None can be had here; the text says why."""


def main() -> None:
    """Hold a server until standard input ends."""
    folder = Path(tempfile.mkdtemp(prefix="voicebot-pg-"))
    try:
        binaries = find_binaries()
        _run(
            folder, binaries / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "-N"
        )
        options = " ".join(
            f"-c {name}={value}" for name, value in {**QUICK, "unix_socket_directories": folder}.items()
        )
        control = binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w"
        _run(folder, *control, "-o", options, "start")
        try:
            print(json.dumps({"folder": str(folder)}), flush=True)
            sys.stdin.read()
        finally:
            _run(folder, *control, "-m", "immediate", "stop")
    except UnavailableError as error:
        print(json.dumps({"problem": str(error)}), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of the server's programs.

    Raises:
        UnavailableError: they are not installed.
    """
    on_path = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
    found = [Path(on_path).resolve()] if on_path else installed
    if not found:
        raise UnavailableError(
            "PostgreSQL is not installed: apt install postgresql, or put its programs on PATH"
        )
    return found[-1].parent


def _version(program: Path) -> int:
    release = program.parent.parent.name
    return int(release) if release.isdecimal() else 0


def _run(folder: Path, *command: object) -> None:
    """As another user than root, whom PostgreSQL refuses."""
    user = _user() if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be held open by the server
        stderr=subprocess.PIPE if "initdb" in str(command[0]) else subprocess.DEVNULL,
        text=True,
        cwd=folder,
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        log = folder / "log"
        told = (log.read_text(errors="replace") if log.exists() else done.stderr or "").strip()
        raise UnavailableError(f"{command[0]} failed: {' / '.join(told.splitlines()[-3:])}")


def _user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise UnavailableError("there is no user postgres or nobody, and PostgreSQL does not run as root")


if __name__ == "__main__":
    main()
