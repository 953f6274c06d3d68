"""Python in a process of its own; it can be killed without pity."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import pytest

import voicebot

SOURCES = Path(voicebot.__file__).parent.parent
_OWN_USERS = () if os.geteuid() == 0 else ("--user", "--map-root-user")
CONTAINER = ("unshare", *_OWN_USERS, "--pid", "--fork", "--mount-proc", "--kill-child")
"""A command around another, which is process 1 of its own PID namespace then, under our host's name."""


def require_containers() -> None:
    """Skip where nobody may make one."""
    try:
        subprocess.run([*CONTAINER, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no PID namespace can be had here: {error}")


async def another_process(script: str, *arguments: object, around: Sequence[str] = ()) -> Process:
    """``script`` with ``arguments`` as its ``sys.argv[1:]``; its standard input and output are pipes. The
    command ``around`` it runs it."""
    return await asyncio.create_subprocess_exec(
        *around,
        sys.executable,
        "-c",
        script,
        *map(str, arguments),
        stdin=PIPE,
        stdout=PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )


async def said(process: Process) -> str:
    """The next line it prints."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def killed(process: Process) -> None:
    """It is no more, and had no time to say goodbye."""
    process.kill()
    await process.wait()
