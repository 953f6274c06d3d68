from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from tests.fakes.virtual_time import VirtualTimeLoop
from voicebot.media.clock import HEADWAY, MOST_OWED, SLOT_SECONDS, MediaClock

pytestmark = pytest.mark.virtual_time


class Leg:
    """Notes when it is ticked."""

    def __init__(self) -> None:
        self.ticks: list[float] = []

    def tick(self) -> None:
        self.ticks.append(now())


def now() -> float:
    return asyncio.get_running_loop().time()


def stall(seconds: float) -> None:
    """The process does something else meanwhile."""
    cast(VirtualTimeLoop, asyncio.get_running_loop()).jump(seconds)


async def test_a_leg_is_ticked_every_20_ms_without_drift() -> None:
    clock, leg = MediaClock(), Leg()
    clock.join(leg)
    await asyncio.sleep(600)
    assert len(leg.ticks) == 30000
    assert leg.ticks[-1] - leg.ticks[0] == pytest.approx(29999 * 0.02)


@pytest.mark.parametrize("moment", [n * 0.0013 for n in range(20)])
async def test_whenever_a_leg_joins_its_first_tick_comes_soon_but_not_at_once(moment: float) -> None:
    clock, other, leg = MediaClock(), Leg(), Leg()
    clock.join(other)
    await asyncio.sleep(moment)
    joined = now()
    clock.join(leg)
    await asyncio.sleep(0.02)
    assert HEADWAY - 1e-6 <= leg.ticks[0] - joined <= HEADWAY + SLOT_SECONDS + 1e-6


async def test_frames_that_a_long_stall_made_too_late_are_told() -> None:
    told: list[int] = []
    clock, leg = MediaClock(on_late=told.append), Leg()
    clock.join(leg)
    await asyncio.sleep(0.1)
    stall(0.2)
    await asyncio.sleep(0.1)
    assert sum(told) == clock.late_ticks > 0


async def test_a_leg_that_left_is_ticked_no_more() -> None:
    clock, leg, other = MediaClock(), Leg(), Leg()
    clock.join(leg)
    clock.join(other)
    await asyncio.sleep(0.1)
    clock.leave(leg)
    clock.leave(leg)
    await asyncio.sleep(0.1)
    assert (len(leg.ticks), len(other.ticks)) == (5, 10)


async def test_the_timer_stops_with_the_last_leg_and_starts_again() -> None:
    clock, leg = MediaClock(), Leg()
    clock.join(leg)
    await asyncio.sleep(0.1)
    clock.leave(leg)
    await asyncio.sleep(SLOT_SECONDS)
    loop = cast(Any, asyncio.get_running_loop())
    assert loop._scheduled == []
    clock.join(leg)
    await asyncio.sleep(0.1)
    assert len(leg.ticks) == 10


async def test_after_a_short_stall_the_owed_frames_are_sent() -> None:
    clock, leg = MediaClock(), Leg()
    clock.join(leg)
    await asyncio.sleep(0.1)
    stall(0.05)
    await asyncio.sleep(0.05)
    assert len(leg.ticks) == 10
    assert clock.late_ticks == 0


async def test_after_a_long_stall_a_few_frames_are_sent_and_the_rest_is_given_up() -> None:
    clock, legs = MediaClock(), [Leg(), Leg()]
    for leg in legs:
        clock.join(leg)
    await asyncio.sleep(0.1)
    stall(1.0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [len(leg.ticks) for leg in legs] == [5 + MOST_OWED] * 2
    assert clock.late_ticks == 2 * (50 - MOST_OWED)
    await asyncio.sleep(0.1)
    assert [len(leg.ticks) for leg in legs] == [5 + MOST_OWED + 5] * 2


async def test_a_leg_that_fails_is_reported_and_the_others_go_on() -> None:
    class Broken(Leg):
        def tick(self) -> None:
            super().tick()
            raise ZeroDivisionError

    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    clock, broken, leg = MediaClock(), Broken(), Leg()
    clock.join(broken)
    clock.join(leg)
    await asyncio.sleep(0.1)
    assert (len(broken.ticks), len(leg.ticks)) == (1, 5)
    assert [type(context["exception"]) for context in reported] == [ZeroDivisionError]
