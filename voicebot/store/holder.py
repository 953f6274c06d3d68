"""Which process holds a call in progress. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_GONE = ("Z", "X")
"""States of a process that has ended and was not buried by its parent yet."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process as other processes of the same database can recognise it.

    Process ids mean something on one host only. Containers that share a host's name (``network_mode: host``)
    need names of their own, or each takes the other for dead.
    """

    host: str
    pid: int
    started: str
    """Clock ticks from boot to its start, which tell it from a later process with its id; empty where the
    system does not say."""

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}:{self.started}"


def parse_holder(text: str) -> Holder | None:
    """``host:pid:started``; ``None`` when it is not that."""
    match text.rsplit(":", 2):
        case [host, pid, started] if pid.isdecimal() and int(pid):
            return Holder(host, int(pid), started)
        case _:
            return None


def started_of(stat: str) -> str | None:
    """Field 22 of ``/proc/PID/stat``; ``None`` when the process has ended. See proc_pid_stat(5)."""
    state, *fields = stat.rpartition(")")[2].split()  # the program's name, in brackets, may hold brackets
    return None if state in _GONE else fields[18]


def is_dead(holder: Holder, *, running: str | None) -> bool:
    """Whether a process of this host is no more.

    Args:
        holder: the process asked about.
        running: when the process that has its id now was started, as ``Holder.started``; ``None`` when no
            process has it.
    """
    if running is None:
        return True
    return bool(holder.started and running) and holder.started != running
