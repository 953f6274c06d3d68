"""Calls for a long time: what a bot keeps of calls that are over."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voicebot.bench.calls import SETTLING, LoadPlan, bot_at_work, hold_all
from voicebot.bench.figures import figures_of
from voicebot.bench.serve import ENDPOINTING
from voicebot.bench.sounds import make_sounds
from voicebot.settings import Settings

KILOBYTES_PER_CALL = 20.0
"""That memory may grow by: above it, a day of 100,000 calls would take two gigabytes."""


@dataclass(frozen=True, slots=True)
class Footing:
    """What a bot holds while nobody calls."""

    calls: int
    """That it has held by then."""
    kilobytes: float
    threads: int
    files: int


@dataclass(frozen=True, slots=True)
class Round:
    """Many calls at once, and the bot after them."""

    footing: Footing
    late_frames_per_bot_minute: float
    failed: int
    """Calls that broke off, and turns that did not come to what they should."""


async def soak(
    settings: Settings, plan: LoadPlan, seconds: float, show: Callable[[Round], None]
) -> list[Round]:
    """Round after round of calls with one bot, for so long.

    Raises:
        MediaError: the bot did not start.
        SpeechError: callers have no voice here.
    """
    sounds = await make_sounds(settings.var_dir / "cache" / "prompts")
    loop, rounds = asyncio.get_running_loop(), list[Round]()
    async with bot_at_work(plan.core, "--way", plan.way, "--keep-records") as (pid, port):
        until = loop.time() + seconds
        while loop.time() < until:
            figures = figures_of(await hold_all(plan, ("127.0.0.1", port), sounds), ENDPOINTING)
            await asyncio.sleep(SETTLING)
            footing = footing_of(pid, plan.calls * (len(rounds) + 1))
            failed = figures.failed + sum(figures.errors.values())
            rounds.append(Round(footing, figures.late_frames_per_bot_minute, failed))
            show(rounds[-1])
    return rounds


def footing_of(pid: int, calls: int) -> Footing:
    """Of a process, now."""
    status = Path(f"/proc/{pid}/status").read_text()
    numbers = dict(re.findall(r"(VmRSS|Threads):\s+(\d+)", status))
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return Footing(calls, float(numbers["VmRSS"]), int(numbers["Threads"]), files)


def leaks(rounds: list[Round]) -> list[str]:
    """What the bot did not give back; the first half, in which caches fill, is not looked at."""
    return list(_leaks([one.footing for one in rounds[len(rounds) // 2 :]]))


def _leaks(settled: list[Footing]) -> Iterator[str]:
    if len(settled) < 2:
        return
    first, last = settled[0], settled[-1]
    growth = (last.kilobytes - first.kilobytes) / (last.calls - first.calls)
    if growth > KILOBYTES_PER_CALL:
        yield f"memory grows by {growth:.0f} kB with every call"
    if last.threads > first.threads:
        yield f"{last.threads - first.threads} threads more than before"
    if last.files > first.files:
        yield f"{last.files - first.files} files more than before"
