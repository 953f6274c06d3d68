"""Find an Asterisk that is new enough: the system's, or Debian's package in a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from debian import UnavailableError, command_of, first, install_once, library_of

PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-gsm",
    "asterisk-core-sounds-es-gsm",
    "asterisk-moh-opsound-gsm",
)
OLDEST = {20: 18, 22: 8, 23: 2}
"""Oldest fitting release of each branch: JSON control of chan_websocket begins there."""


@dataclass(frozen=True)
class Asterisk:
    """A program, and where its parts lie."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    """Documentation, sounds, music: what Asterisk reads and never writes."""
    version: str


def find_asterisk(root: Path) -> Asterisk:
    """The system's Asterisk if new enough, else the one in ``root``, installed there on first use."""
    return _of_the_system() or _of_the_root(root)


def _of_the_system() -> Asterisk | None:
    program = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None or (version := _version((program,))) is None:
        return None
    modules = first(Path("/usr/lib"), "*/asterisk/modules", "asterisk/modules")
    data = first(Path("/"), "usr/share/asterisk", "var/lib/asterisk")
    if not modules or not data or not is_new_enough(version):
        return None
    return Asterisk((program,), modules, data, version)


def _of_the_root(root: Path) -> Asterisk:
    install_once(root, PACKAGES, "about 90 MB")
    command = command_of(root, "usr/sbin/asterisk")
    version = _version(command)
    if version is None or not is_new_enough(version):
        raise UnavailableError(
            f"{root} holds Asterisk {version}, which does not fit: remove it and start again"
        )
    return Asterisk(command, library_of(root) / "asterisk/modules", root / "usr/share/asterisk", version)


def _version(command: tuple[str, ...]) -> str | None:
    try:
        told = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Asterisk (\d+\.\d+\.\d+)", told)
    return found and found[1]


def is_new_enough(version: str) -> bool:
    """Whether this release has what the bot needs."""
    branch, release = (int(part) for part in version.split(".")[:2])
    return release >= OLDEST[branch] if branch in OLDEST else branch > max(OLDEST)
