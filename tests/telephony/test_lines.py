from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.virtual_time import VirtualTimeLoop
from voicebot.telephony.lines import Lines
from voicebot.telephony.trunk import TrunkSettings


@pytest.mark.virtual_time
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


@pytest.mark.virtual_time
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


@pytest.mark.virtual_time
async def test_one_who_gives_up_waiting_takes_no_line() -> None:
    lines = Lines(TrunkSettings(max_calls=1, calls_per_second=1000))
    await lines.reserve()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lines.reserve(), 5)
    lines.release()
    await lines.reserve()
    assert lines.taken == 1


@pytest.mark.virtual_time
async def test_calls_that_come_in_are_never_refused_but_leave_fewer_lines_to_dial_on() -> None:
    lines = Lines(TrunkSettings(max_calls=1, calls_per_second=1000, shared=True))
    lines.occupy()
    lines.occupy()
    assert (lines.taken, lines.free) == (2, 0)
    dialling = asyncio.create_task(lines.reserve())
    lines.release()
    await asyncio.sleep(1)
    assert not dialling.done()
    lines.release()
    await dialling
    assert lines.taken == 1


# Whatever comes


class Dial(NamedTuple):
    """Somebody who wants a line."""

    comes: float
    patience: float
    """Seconds until it is cancelled, waiting or talking."""
    talks: float


class Story(NamedTuple):
    """What became of a dial."""

    turn: int
    """In which order it came to wait."""
    dial: Dial
    reserved: float | None
    ended: float


# In whole tenths of a second many things happen at one moment: there the races are.
tenths = st.integers(0, 60).map(lambda tenth: tenth / 10)
dials = st.lists(
    st.builds(Dial, tenths, st.integers(1, 200).map(lambda tenth: tenth / 10), tenths), max_size=40
)
limits = st.builds(
    TrunkSettings, max_calls=st.integers(1, 4), calls_per_second=st.sampled_from([0.4, 1.0, 2.5, 7.0, 1000.0])
)


@given(limits, dials, st.lists(st.tuples(tenths, tenths), max_size=5))
def test_whatever_comes_the_limits_hold_in_order_and_nobody_waits_in_vain(
    settings: TrunkSettings, dials: list[Dial], callers: list[tuple[float, float]]
) -> None:
    stories, most = in_virtual_time(day(Lines(settings), dials, callers))
    assert most <= settings.max_calls
    starts = [story.reserved for story in stories if story.reserved is not None]
    assert starts == sorted(starts)
    in_a_second = max(1, int(settings.calls_per_second))
    stretch = max(1.0, 1.0 / settings.calls_per_second)
    for first, next_one in zip(starts, starts[in_a_second:], strict=False):
        assert next_one - first >= stretch - 1e-9
    for story in stories:
        assert story.reserved is not None or story.ended >= story.dial.comes + story.dial.patience - 1e-9


async def day(lines: Lines, dials: list[Dial], callers: list[tuple[float, float]]) -> tuple[list[Story], int]:
    """What became of all dials, in the order they came, and the most lines reserved at once."""
    now = asyncio.get_running_loop().time
    turns = count()
    dialling = most = 0

    async def dial(wanted: Dial) -> Story:
        nonlocal dialling, most
        reserved = None
        await asyncio.sleep(wanted.comes)
        turn = next(turns)
        try:
            async with asyncio.timeout(wanted.patience):
                await lines.reserve()
                reserved = now()
                dialling += 1
                most = max(most, dialling)
                assert lines.free >= 0
                await asyncio.sleep(wanted.talks)
        except TimeoutError:
            pass
        finally:
            if reserved is not None:
                dialling -= 1
                lines.release()
        return Story(turn, wanted, reserved, now())

    async def caller(comes: float, talks: float) -> None:
        await asyncio.sleep(comes)
        lines.occupy()
        await asyncio.sleep(talks)
        lines.release()

    calling = [asyncio.create_task(caller(*call)) for call in callers]
    stories = await asyncio.gather(*(dial(wanted) for wanted in dials))
    await asyncio.gather(*calling)
    assert lines.taken == 0
    # No wake-up is lost and nothing is stuck: whoever comes after all that is served.
    async with asyncio.timeout(60):
        await lines.reserve()
    return sorted(stories), most


def in_virtual_time(work: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)
