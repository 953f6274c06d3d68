"""Find an Asterisk that is new enough: the system's, or Debian's package in a folder of its own.

The folder is filled once, by apt with a state of its own and dpkg-deb: nothing of the system is changed and
no root is needed. Its programs run through the loader of the same folder, because they were built for a
newer C library than the system may have.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SUITE = "forky"
"""The first Debian release that has an Asterisk with all we use."""
PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-gsm",
    "asterisk-core-sounds-es-gsm",
    "asterisk-moh-opsound-gsm",
)
OLDEST = {20: 18, 22: 8, 23: 2}
"""Oldest fitting release of each branch: JSON control of chan_websocket begins there."""
LEFT_OUT = ("./usr/share/doc", "./usr/share/man", "./usr/share/locale")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class Asterisk:
    """A program, and where its parts lie."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    """Documentation, sounds, music: what Asterisk reads and never writes."""
    version: str


class UnavailableError(Exception):
    """No Asterisk can be had here; the text says what to do about it."""


def find_asterisk(root: Path) -> Asterisk:
    """The system's Asterisk if new enough, else the one in ``root``, installed there on first use."""
    return _of_the_system() or _of_the_root(root)


def _of_the_system() -> Asterisk | None:
    program = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None or (version := _version((program,))) is None:
        return None
    modules = _first(Path("/usr/lib"), "*/asterisk/modules", "asterisk/modules")
    data = _first(Path("/"), "usr/share/asterisk", "var/lib/asterisk")
    if not modules or not data or not is_new_enough(version):
        return None
    return Asterisk((program,), modules, data, version)


def _of_the_root(root: Path) -> Asterisk:
    root.parent.mkdir(parents=True, exist_ok=True)
    with open(root.with_name(root.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several starts at once install once
        if not (root / "installed").exists():
            _install(root)
    library = _first(root / "usr/lib", "*-linux-gnu*")
    loader = _first(root / "usr", "lib64/ld-linux*.so.*", "lib/ld-linux*.so.*", "lib/*/ld-linux*.so.*")
    if not library or not loader:
        raise UnavailableError(f"{root} is damaged: remove it, and the next start installs it again")
    path = f"{library}:{library / 'asterisk'}"
    command = (str(loader), "--library-path", path, str(root / "usr/sbin/asterisk"))
    version = _version(command)
    if version is None or not is_new_enough(version):
        raise UnavailableError(
            f"{root} holds Asterisk {version}, which does not fit: remove it and start again"
        )
    return Asterisk(command, library / "asterisk/modules", root / "usr/share/asterisk", version)


def _first(folder: Path, *patterns: str) -> Path | None:
    return next((found for pattern in patterns for found in sorted(folder.glob(pattern))), None)


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


# Debian's package in a folder


def _install(root: Path) -> None:
    started = time.monotonic()
    show(f"Installing Debian's Asterisk into {root} (about 90 MB to load, once)")
    shutil.rmtree(root, ignore_errors=True)
    apt = root / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(f"deb [signed-by={_keyring()}] {_mirror(apt)} {SUITE} main\n")
    (apt / "apt.conf").write_text(_apt_settings(apt))
    _apt(apt, "Finding the packages", "update")
    _apt(apt, "Loading the packages", "install", "--download-only", "-y", *PACKAGES)
    _unpack(root, sorted((apt / "archives").glob("*.deb")))
    shutil.rmtree(apt)
    (root / "installed").touch()
    show(f"Installed in {time.monotonic() - started:.0f} s")


def _keyring() -> Path:
    if not KEYRING.exists():
        raise UnavailableError(
            f"{KEYRING} is missing, and Debian's packages cannot be verified: "
            "install the package debian-archive-keyring, or an Asterisk that is new enough"
        )
    return KEYRING


def _mirror(apt: Path) -> str:
    """The mirror this machine's own apt uses: it works here, behind whatever network that is."""
    known = _mirrors(())
    if not known:  # apt has never fetched its indexes, as in a fresh container: fetch them beside ours
        lists = ("-o", f"Dir::State::lists={apt / 'system'}")
        (apt / "system/partial").mkdir(parents=True)
        subprocess.run(["apt-get", "-q", *lists, "update"], capture_output=True)
        known = _mirrors(lists)
    if not known:
        raise UnavailableError(
            "apt knows no mirror of Debian here: install Asterisk 22.8 or newer yourself, or use Debian"
        )
    return known[0]


def _mirrors(options: tuple[str, ...]) -> list[str]:
    fields = ("indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)", "Created-By: Packages")
    try:
        told = subprocess.run(
            ("apt-get", *options, *fields), capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [line.split()[2] for line in told.splitlines() if line.startswith("Debian Debian ")]


def _apt_settings(apt: Path) -> str:
    settings = {
        "Dir::State": apt,
        "Dir::State::status": apt / "status",
        "Dir::State::lists": apt / "lists",
        "Dir::Cache": apt,
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",  # the folder may lie where apt's own user cannot go
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # A mirror may lag by more than the days for which a testing suite's index is valid; it is signed
        # all the same.
        "Acquire::Check-Valid-Until": "false",
    }
    return "".join(f'{name} "{value}";\n' for name, value in settings.items())


def _apt(apt: Path, step: str, *arguments: str) -> None:
    show(step)
    environment = {**os.environ, "APT_CONFIG": str(apt / "apt.conf"), "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", "-q", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-5:])
        raise UnavailableError(
            f"apt could not do it ({step.lower()}); check the network and the disk:\n{tail}"
        )


def _unpack(root: Path, packages: list[Path]) -> None:
    show(f"Unpacking {len(packages)} packages")
    options = [f"--exclude={path}" for path in LEFT_OUT]
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as archive:
            unpacked = subprocess.run(
                ["tar", "-x", "-C", root, "--no-same-owner", *options], stdin=archive.stdout
            )
        if archive.returncode or unpacked.returncode:
            raise UnavailableError(f"{package.name} could not be unpacked: is the disk full?")


def show(text: str) -> None:
    """Progress, beside the JSON on standard output."""
    print(f"  {text}", file=sys.stderr, flush=True)
