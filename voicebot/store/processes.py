"""The processes that can be seen from here: this one, and whether another still lives."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

from voicebot.store.holder import Holder, is_dead, parse_holder, started_of

PROC = Path("/proc")
_BOOT_FIGURES = 8
"""Of the boot's id: enough to tell machines of one name, and one machine's boots, apart."""


def this_process() -> Holder:
    """The process that asks."""
    return Holder(_place(PROC), os.getpid(), _running(os.getpid()) or "")


def is_alive(held_by: str) -> bool | None:
    """Whether a ``Holder``, as it was written, still lives; ``None`` when that cannot be seen from here, as
    from another machine, another container or another boot."""
    holder = parse_holder(held_by)
    if holder is None or holder.place != _place(PROC):
        return None
    return not is_dead(holder, running=_running(holder.pid))


@cache
def _place(proc: Path) -> str:
    """Where process ids mean what they mean here: see pid_namespaces(7)."""
    with suppress(OSError):
        boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii")[:_BOOT_FIGURES]
        return f"{socket.gethostname()}/{boot}.{(proc / 'self/ns/pid').stat().st_ino}"
    return socket.gethostname()


def _running(pid: int) -> str | None:
    """When the process of that id was started; empty where the system does not say, ``None`` without one."""
    with suppress(OSError):
        return started_of((PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace"))
    return "" if _exists(pid) else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # another user's
    except (ProcessLookupError, OverflowError):
        return False
    return True
