"""Which process holds a call in progress. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_GONE = ("Z", "X")
"""States of a process that has ended and was not buried by its parent yet."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process as other processes of the same database can recognise it."""

    place: str
    """Where its id means something: the host's name, and behind a slash the boot and the PID namespace, where
    the system tells them. Containers that share a host's name are places of their own."""
    pid: int
    started: str
    """Clock ticks from boot to its start, which tell it from a later process with its id; empty where the
    system does not say."""

    def __str__(self) -> str:
        return f"{self.place}:{self.pid}:{self.started}"

    @property
    def host(self) -> str:
        """The name of its machine."""
        return self.place.partition("/")[0]


def parse_holder(text: str) -> Holder | None:
    """``place:pid:started``; ``None`` when it is not that."""
    match text.rsplit(":", 2):
        case [place, pid, started] if pid.isdecimal() and int(pid):
            return Holder(place, int(pid), started)
        case _:
            return None


def host_of(held_by: str) -> str:
    """The name of the machine of a holder as it was written; all of it where it names none."""
    holder = parse_holder(held_by)
    return holder.host if holder else held_by


def started_of(stat: str) -> str | None:
    """Field 22 of ``/proc/PID/stat``; ``None`` when the process has ended. See proc_pid_stat(5)."""
    state, *fields = stat.rpartition(")")[2].split()  # the program's name, in brackets, may hold brackets
    return None if state in _GONE else fields[18]


def is_dead(holder: Holder, *, running: str | None) -> bool:
    """Whether a process of this place is no more.

    Args:
        holder: the process asked about.
        running: when the process that has its id now was started, as ``Holder.started``; ``None`` when no
            process has it.
    """
    if running is None:
        return True
    return bool(holder.started and running) and holder.started != running
