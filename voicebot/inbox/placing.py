"""Which campaign a dropped file is for, and where it and what is told of it are put."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from voicebot.campaigns.campaign import NAME_PATTERN
from voicebot.campaigns.sheets.file_report import ImportState
from voicebot.campaigns.sheets.problems import Code, UnreadableCsv

INBOX: Final = "inbox"
_FOLDERS: Final = {ImportState.IMPORTED: "done", ImportState.KNOWN: "done", ImportState.HELD: "held"}


def campaign_of(file_name: str, campaign: str = "") -> tuple[str, bool]:
    """The campaign of ``NAME.csv``, ``NAME.anything.csv`` or ``NAME.full.csv`` unless it is told, and whether
    the file is all of it.

    Raises:
        UnreadableCsv: the name tells none.
    """
    name, *rest = file_name.removesuffix(".csv").removesuffix(".CSV").split(".")
    if not re.match(NAME_PATTERN, campaign or name):
        told = "call it NAME.csv, where NAME is the campaign: small letters, digits, - and _"
        raise UnreadableCsv(Code.BAD_NAME, f"{campaign or name!r} is no name of a campaign: {told}")
    return campaign or name, "full" in rest


def is_dropped(file: Path, inbox: Path) -> bool:
    """Whether a file lies in the inbox, where whoever dropped it looks for what came of it."""
    return file.parent.resolve() == inbox.resolve() and os.path.lexists(file)


def place_of(file: Path, inbox: Path, state: ImportState, now: datetime) -> Path:
    """Where a file goes: from the inbox into ``done`` or ``held``, under a name that is free there; any other
    stays where it is."""
    if file.parent.resolve() != inbox.resolve():
        return file
    folder = inbox / _FOLDERS[state]
    folder.mkdir(parents=True, exist_ok=True)
    wanted, number = folder / file.name, 0
    while wanted.exists() or beside(wanted, "report.json").exists():
        number += 1
        wanted = folder / f"{file.stem}.{now:%Y%m%dT%H%M%S}{f'-{number}' if number > 1 else ''}{file.suffix}"
    return wanted


def beside(file: Path, kind: str) -> Path:
    """``NAME.report.json`` or ``NAME.rejected.csv`` of a file."""
    return file.with_name(f"{file.name.removesuffix('.csv').removesuffix('.CSV')}.{kind}")


def write_whole(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON, all of it or none, for its owner alone.

    Raises:
        OSError: the disk is full, or may not be written.
    """
    draft = path.with_name(f".{path.name}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
