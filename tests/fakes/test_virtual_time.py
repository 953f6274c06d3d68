from __future__ import annotations

import asyncio
import time

import pytest


@pytest.mark.virtual_time
async def test_an_hour_passes_at_once_and_exactly() -> None:
    await asyncio.sleep(3600)
    assert asyncio.get_running_loop().time() == 3600.0


@pytest.mark.virtual_time
async def test_timers_fire_in_the_order_of_their_times() -> None:
    order: list[str] = []
    loop = asyncio.get_running_loop()
    loop.call_later(0.3, order.append, "third")
    loop.call_later(0.1, order.append, "first")
    loop.call_later(0.2, order.append, "second")
    await asyncio.sleep(1)
    assert order == ["first", "second", "third"]


@pytest.mark.virtual_time
async def test_a_deadline_waits_for_work_in_a_thread() -> None:
    async with asyncio.timeout(0.001):
        await asyncio.to_thread(time.sleep, 0.02)


@pytest.mark.virtual_time
async def test_a_deadline_that_nothing_meets_expires() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(60):
            await asyncio.Event().wait()


async def test_other_tests_keep_the_real_clock() -> None:
    assert asyncio.get_running_loop().time() > 0.0
    assert type(asyncio.get_running_loop()).__name__ != "VirtualTimeLoop"
