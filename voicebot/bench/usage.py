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
    """Of a process, all its threads, and the processes that it started."""

    cpu_seconds: float = 0.0
    megabytes: float = 0.0
    """Of memory, at most up to now."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.cpu_seconds + other.cpu_seconds, self.megabytes + other.megabytes)

    def __sub__(self, before: Usage) -> Usage:
        """The CPU since then; memory stays what it is in all."""
        return Usage(self.cpu_seconds - before.cpu_seconds, self.megabytes)


def usage_of(pid: int) -> Usage:
    """What a process and its children have used since they began; nothing if it is gone."""
    try:
        children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        kilobytes = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return Usage()
    ticks = int(fields[11]) + int(fields[12])
    own = Usage(ticks / os.sysconf("SC_CLK_TCK"), int(kilobytes[1]) / 1024 if kilobytes else 0.0)
    return sum(map(usage_of, children), own)


def _children(task: Path) -> list[int]:
    return [int(pid) for pid in (task / "children").read_text().split()]


@dataclass(frozen=True)
class Machine:
    """All cores, since the machine was started."""

    busy_seconds: float
    idle_seconds: float

    @classmethod
    def now(cls) -> Machine:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in fields]
        idle = ticks[3] + ticks[4]  # idle, and waiting for a disk
        return cls(sum(ticks) - idle, idle)

    def busy_with_others(self, since: Machine, own: float) -> float:
        """The share of all cores that something else took, when we had ``own`` seconds of them."""
        busy = self.busy_seconds - since.busy_seconds
        whole = busy + self.idle_seconds - since.idle_seconds
        return max(busy - own, 0.0) / whole if whole else 0.0


@contextmanager
def pinned_to(cores: set[int]) -> Iterator[None]:
    """Let what is started here run on these cores only; on any if there are none to name."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
