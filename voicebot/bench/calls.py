"""Many calls at once to a bot, and what came of them."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import assert_never

from voicebot.bench.caller import Caller
from voicebot.bench.figures import Figures, Held, figures_of
from voicebot.bench.hearing import Hearing
from voicebot.bench.mix import Step, Trouble, Way
from voicebot.bench.serve import ENDPOINTING
from voicebot.bench.sounds import Sounds, make_sounds
from voicebot.bench.usage import Machine, Usage, pinned_to, usage_of
from voicebot.bench.websocket_wire import bring_media
from voicebot.bench.wire import AudioSocketWire, Wire
from voicebot.errors import MediaError
from voicebot.media.clock import MediaClock
from voicebot.settings import Settings

SETTLING = 1.0
"""Seconds for the bot to put a call away before its memory is looked at."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Who calls, and how."""

    calls: int
    ramp: float
    """Seconds over which they begin."""
    steps: tuple[Step, ...]
    trouble: Trouble
    target: tuple[str, int] | None = None
    """Host and port of a bot that is there; ``None`` starts one."""
    core: int | None = None
    """A processor core for the bot alone."""
    way: Way = Way.AUDIOSOCKET
    workers: int = 0
    """Processes of the bot behind a front; with 0 it is one, without a front."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the bot used of the machine; known of one that we started."""

    cpu_seconds_per_call_minute: float
    megabytes: float
    """At most, in all."""
    megabytes_per_call: float
    others_percent: float
    """Of the whole machine, taken by what is no part of the test: with much of it, latencies say little."""


async def hold_calls(settings: Settings, plan: LoadPlan) -> tuple[Figures, Cost | None]:
    """All calls, from the first to the last.

    Raises:
        MediaError: the bot did not start.
        SpeechError: callers have no voice here.
    """
    sounds = await make_sounds(settings.var_dir / "cache" / "prompts")
    if plan.target:
        return figures_of(await hold_all(plan, plan.target, sounds), ENDPOINTING), None
    others = os.sched_getaffinity(0) - ({plan.core} if plan.core is not None else set())
    async with bot_at_work(plan.core, *_kind(plan)) as (pid, port):
        with pinned_to(others):
            idle, machine, ours = usage_of(pid), Machine.now(), usage_of(os.getpid())
            held = await hold_all(plan, ("127.0.0.1", port), sounds)
            await asyncio.sleep(SETTLING)
            used, ours = usage_of(pid) - idle, usage_of(os.getpid()) - ours
            others_share = Machine.now().busy_with_others(
                machine, ours.cpu_seconds
            )  # the bot is ours as well
    figures = figures_of(held, ENDPOINTING)
    return figures, _cost(plan, figures, idle, used, others_share)


def _kind(plan: LoadPlan) -> tuple[str, ...]:
    return ("--way", plan.way, "--workers", str(plan.workers))


def _cost(plan: LoadPlan, figures: Figures, idle: Usage, used: Usage, others: float) -> Cost:
    return Cost(
        round(used.cpu_seconds / figures.call_minutes, 3) if figures.call_minutes else 0.0,
        round(used.megabytes, 1),
        round((used.megabytes - idle.megabytes) / plan.calls, 2),
        round(others * 100, 1),
    )


@asynccontextmanager
async def bot_at_work(core: int | None, *options: str) -> AsyncIterator[tuple[int, int]]:
    """A bot with a scripted recogniser in a process of its own: its identity and its port."""
    with pinned_to(set() if core is None else {core}):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "voicebot", "bench", "serve", "--port", "0", *options),
            env={**os.environ, "VOICEBOT_LOG__LEVEL": "error"},
            stdout=PIPE,
        )
    assert process.stdout is not None
    try:
        ready = (await process.stdout.readline()).decode()
        if not ready.startswith("ready on "):
            raise MediaError("the bot did not start: see what it says above")
        yield process.pid, int(ready.rpartition(":")[2])
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def hold_all(plan: LoadPlan, target: tuple[str, int], sounds: Sounds) -> list[Held]:
    """Every call as its caller saw it."""
    clock = MediaClock()
    calls = [
        _one(plan, target, sounds, clock, number, number * plan.ramp / plan.calls)
        for number in range(plan.calls)
    ]
    return await asyncio.gather(*calls)


async def _one(
    plan: LoadPlan, target: tuple[str, int], sounds: Sounds, clock: MediaClock, number: int, delay: float
) -> Held:
    await asyncio.sleep(delay)
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        wire = await _dial(plan.way, target)
    except OSError as error:
        return Held(0.0, (), Hearing(), (), f"no connection: {error.strerror}")
    except MediaError as error:
        return Held(0.0, (), Hearing(), (), str(error))
    caller = Caller(wire, sounds, plan.trouble, seed=number)
    wire.on_sound = caller.hear
    clock.join(caller)
    broke_off = await _until_closed(wire, caller, plan.steps)
    clock.leave(caller)
    wire.hang_up()
    return Held(loop.time() - began, caller.turns, caller.hearing, caller.lateness, broke_off)


async def _dial(way: Way, target: tuple[str, int]) -> Wire:
    match way:
        case Way.AUDIOSOCKET:
            return (await asyncio.get_running_loop().create_connection(AudioSocketWire, *target))[1]
        case Way.CHAN_WEBSOCKET:
            return await bring_media(target)
        case _:
            assert_never(way)


async def _until_closed(wire: Wire, caller: Caller, steps: tuple[Step, ...]) -> str:
    """Hold the call; why it broke off, if it did."""
    holding = asyncio.ensure_future(caller.hold(steps))
    await asyncio.wait([holding, wire.closed], return_when=asyncio.FIRST_COMPLETED)
    if holding.done():
        return "" if holding.exception() is None else str(holding.exception())
    holding.cancel()
    return "the bot hung up"
