"""What a process has used of the machine, and which part of the machine it may use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """Of one process, all its threads."""

    cpu_seconds: float = 0.0
    megabytes: float = 0.0
    """Of memory, at most up to now."""


def usage_of(pid: int) -> Usage:
    """What a process has used since it began; nothing if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        kilobytes = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return Usage()
    ticks = int(fields[11]) + int(fields[12])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), int(kilobytes[1]) / 1024 if kilobytes else 0.0)


@contextmanager
def pinned_to(cores: set[int]) -> Iterator[None]:
    """Let what is started here run on these cores only; on any if there are none to name."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
