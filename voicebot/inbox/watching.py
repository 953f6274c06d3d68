"""The folder into which contacts are dropped while the server runs."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from pathlib import Path
from typing import Any

import structlog

from voicebot.inbox.placing import INBOX
from voicebot.inbox.settling import Looks, Settling
from voicebot.settings import Settings

log = structlog.get_logger(__name__)


async def watch_inbox(settings: Settings) -> None:
    """Import what is dropped, one file after the other, until cancelled; ``campaigns_dir`` may be made later.

    The folder is looked at again and again: a network share tells nobody of its changes.
    """
    while not await asyncio.to_thread(settings.campaigns_dir.is_dir):  # noqa: ASYNC110  # it may be made later
        await asyncio.sleep(settings.imports.settle_seconds)
    inbox = settings.campaigns_dir / INBOX
    settling, clock = Settling(settings.imports.settle_seconds), asyncio.get_running_loop().time
    while True:
        try:
            found = await asyncio.to_thread(_looks, inbox)
        except OSError as error:
            log.warning("inbox_not_read", reason=error.strerror, advice=f"let voicebot write to {inbox}")
            found = {}
        for name in settling.look(found, clock()):
            if not await _import(settings, inbox / name):
                settling.put_off(name, clock())
        await asyncio.sleep(settings.imports.settle_seconds / 2)


def _looks(inbox: Path) -> dict[str, Looks]:
    inbox.mkdir(exist_ok=True)
    found: dict[str, Looks] = {}
    for path in inbox.iterdir():
        if path.suffix.lower() == ".csv" and not path.name.startswith("."):
            try:
                seen = path.lstat()
            except FileNotFoundError:
                continue  # taken away at this moment
            found[path.name] = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
    return found


async def _import(settings: Settings, path: Path) -> bool:
    """Whether it could be tried. It takes minutes of a core, so it has a process, and ends with ours."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "voicebot.inbox.child", str(path))
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        told, wrong = await child.communicate(pickle.dumps(settings))
    except asyncio.CancelledError:
        child.kill()  # the next server goes on where it stopped
        await child.wait()
        raise
    if child.returncode:
        log.error("file_not_imported", file=path.name, reason=wrong.decode(errors="replace").strip()[-500:])
        return False
    _log(path.name, json.loads(told.splitlines()[-1]))
    return True


def _log(file: str, report: dict[str, Any]) -> None:
    totals = {name: count for name, count in report["totals"].items() if count}
    tell = log.warning if report["state"] == "held" else log.info
    tell(
        f"file_{report['state']}", file=file, campaign=report["campaign"], reason=report["sentence"], **totals
    )
