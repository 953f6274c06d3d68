"""Programs of Debian in folders of their own, where the system has none that is new enough.

A folder is filled once, by apt with a state of its own and dpkg-deb: nothing of the system is changed and
no root is needed. Its programs run through the loader of the same folder, because they were built for a
newer C library than the system may have.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SUITE = "forky"
"""The first Debian release that has an Asterisk with all we use."""
LEFT_OUT = ("./usr/share/doc", "./usr/share/man", "./usr/share/locale")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class UnavailableError(Exception):
    """A program cannot be had here; the text says what to do about it."""


def install_once(root: Path, packages: tuple[str, ...], size: str) -> None:
    """Fill a folder with packages and what they need, if that was not done before.

    Raises:
        UnavailableError: they cannot be loaded or unpacked.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    with open(root.with_name(root.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several starts at once install once
        if not (root / "installed").exists():
            _install(root, packages, size)


def command_of(root: Path, program: str) -> tuple[str, ...]:
    """What starts a program of a filled folder, such as ``usr/bin/sipp``.

    Raises:
        UnavailableError: the folder is not whole.
    """
    libraries = library_of(root)
    loader = first(root / "usr", "lib64/ld-linux*.so.*", "lib/ld-linux*.so.*", "lib/*/ld-linux*.so.*")
    if not loader or not (root / program).exists():
        raise _damaged(root)
    return (str(loader), "--library-path", f"{libraries}:{libraries / 'asterisk'}", str(root / program))


def library_of(root: Path) -> Path:
    """Where the libraries of a filled folder lie.

    Raises:
        UnavailableError: the folder is not whole.
    """
    if library := first(root / "usr/lib", "*-linux-gnu*"):
        return library
    raise _damaged(root)


def first(folder: Path, *patterns: str) -> Path | None:
    """The first that any of the patterns finds."""
    return next((found for pattern in patterns for found in sorted(folder.glob(pattern))), None)


def show(text: str) -> None:
    """Progress, beside the JSON on standard output."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _damaged(root: Path) -> UnavailableError:
    return UnavailableError(f"{root} is damaged: remove it, and the next start installs it again")


def _install(root: Path, packages: tuple[str, ...], size: str) -> None:
    started = time.monotonic()
    show(f"Installing Debian's {packages[0]} into {root} ({size} to load, once)")
    shutil.rmtree(root, ignore_errors=True)
    apt = root / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(f"deb [signed-by={_keyring()}] {_mirror(apt)} {SUITE} main\n")
    (apt / "apt.conf").write_text(_apt_settings(apt))
    _apt(apt, "Finding the packages", "update")
    _apt(apt, "Loading the packages", "install", "--download-only", "-y", *packages)
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
