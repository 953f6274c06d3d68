from __future__ import annotations

import asyncio

import pytest

from voicebot.telephony.lines import Lines
from voicebot.telephony.trunk import TrunkSettings

pytestmark = pytest.mark.virtual_time


async def test_those_who_came_first_are_served_first() -> None:
    lines, served = Lines(TrunkSettings(max_calls=1, calls_per_second=1000)), list[int]()

    async def dial(number: int) -> None:
        await lines.reserve()
        served.append(number)
        await asyncio.sleep(10)
        lines.release()

    await asyncio.gather(*(dial(number) for number in range(20)))
    assert served == list(range(20))
    assert asyncio.get_running_loop().time() == pytest.approx(200)


async def test_a_thousand_dials_keep_to_five_lines_and_two_a_second() -> None:
    lines, most, starts = Lines(TrunkSettings(max_calls=5, calls_per_second=2)), 0, list[float]()
    now = asyncio.get_running_loop().time

    async def dial() -> None:
        nonlocal most
        await lines.reserve()
        starts.append(now())
        most = max(most, lines.taken)
        await asyncio.sleep(3)
        lines.release()

    await asyncio.gather(*(dial() for _ in range(1000)))
    assert (most, lines.free) == (5, 5)
    assert all(third - first >= 1 - 1e-6 for first, third in zip(starts, starts[2:], strict=False))


async def test_one_who_gives_up_waiting_takes_no_line() -> None:
    lines = Lines(TrunkSettings(max_calls=1, calls_per_second=1000))
    await lines.reserve()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lines.reserve(), 5)
    lines.release()
    await lines.reserve()
    assert lines.taken == 1
