"""Is the time right, and does the machine keep 20 ms? Days are promised, and sound is paced, by it."""

from __future__ import annotations

import asyncio
import ctypes
import os
from datetime import datetime
from pathlib import Path

from voicebot.doctor.verdict import Verdict, ok, warning
from voicebot.media.frame import FRAME_SECONDS
from voicebot.settings import Settings

UNSYNCHRONISED = 0x0040
"""``STA_UNSYNC`` of adjtimex(2)."""
MEASURED_SECONDS = 2.0
MOST_LATE_MS = 10.0
"""At the 99th percentile: half a frame."""
LOCALTIME = Path("/etc/localtime")


# The system's clock


class Timex(ctypes.Structure):
    """The head of ``struct timex`` of adjtimex(2), and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),
    )


async def check_clock(settings: Settings) -> Verdict:
    """Somebody keeps the system's clock right."""
    return judge_clock(_kernel_status())


def _kernel_status() -> int | None:
    """The kernel's word on its clock; ``None`` when it cannot be asked."""
    timex = Timex()
    try:
        answer = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else int(timex.status)


def judge_clock(status: int | None) -> Verdict:
    """``status`` as adjtimex(2) gives it."""
    if status is None:
        return warning("the kernel does not tell whether its clock is kept right", "see `timedatectl`")
    if status & UNSYNCHRONISED:
        return warning(
            "as far as the kernel knows, nobody keeps the clock right",
            "on a machine of your own: apt install chrony; in a container or virtual machine: see its host",
        )
    return ok("the clock is kept right")


async def check_zone(settings: Settings) -> Verdict:
    """The machine's day is the callers' day."""
    now = datetime.now().astimezone()
    return judge_zone(_zone_name(), now)


def _zone_name() -> str:
    """The name of the zone, where it has one: from ``TZ``, or from what /etc/localtime leads to."""
    name = os.environ.get("TZ", "").lstrip(":")
    return name or str(LOCALTIME.resolve()).partition("/zoneinfo/")[2]


def judge_zone(name: str, now: datetime) -> Verdict:
    """``now`` is the time there."""
    advice = (
        "set the callers' zone, such as `timedatectl set-timezone America/Mexico_City`, or TZ in a container"
    )
    found = f"{now:%Y-%m-%d %H:%M}, {name or f'UTC{now:%z}'}"
    if not name:
        return warning(f"{found}: the zone has no name, and may not know summer time", advice)
    if name.removeprefix("Etc/") in ("UTC", "UCT", "GMT", "Universal", "Zulu"):
        return warning(f"{found}: `today` and `tomorrow` in calls are those of this zone", advice)
    return ok(found)


# The event loop


async def check_jitter(settings: Settings) -> Verdict:
    """A tick every 20 ms comes in time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    late = []
    for number in range(1, int(MEASURED_SECONDS / FRAME_SECONDS) + 1):
        due = began + number * FRAME_SECONDS
        await asyncio.sleep(due - loop.time())
        late.append(abs(loop.time() - due) * 1000)
    return judge_jitter(late)


def judge_jitter(late_ms: list[float]) -> Verdict:
    """How far each tick was from its moment."""
    p99 = sorted(late_ms)[int(0.99 * (len(late_ms) - 1))]
    found = f"ticks of 20 ms are {p99:.1f} ms off at the 99th percentile, {max(late_ms):.1f} ms at most"
    if p99 > MOST_LATE_MS:
        return warning(
            found,
            "callers will hear gaps: end what else uses the processor, or take a machine that is not shared",
        )
    return ok(found)
