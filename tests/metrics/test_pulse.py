import asyncio
import gc
from typing import cast

import pytest

from tests.fakes.virtual_time import VirtualTimeLoop
from tests.metrics.noted import NotedPanel
from voicebot.metrics.pulse import Pulse

pytestmark = pytest.mark.virtual_time

LAG = ("voicebot_loop_lag_seconds",)


async def test_a_stall_is_seen_and_quiet_times_are_as_well() -> None:
    panel = NotedPanel()
    pulse = Pulse(panel)
    pulse.start()
    await asyncio.sleep(0.35)
    cast(VirtualTimeLoop, asyncio.get_running_loop()).jump(0.5)
    await asyncio.sleep(0.01)
    pulse.stop()
    assert max(panel.observed[LAG]) == pytest.approx(0.45)
    assert panel.observed[LAG][:3] == pytest.approx([0.0] * 3)


async def test_a_pass_of_the_collector_is_told_by_generation_until_nobody_looks_any_more() -> None:
    panel = NotedPanel()
    pulse = Pulse(panel)
    pulse.start()
    gc.collect()
    await asyncio.sleep(0.11)
    pulse.stop()
    assert len(panel.observed["voicebot_gc_pause_seconds", "2"]) >= 1
    before = len(panel.observed[LAG])
    await asyncio.sleep(1)
    assert len(panel.observed[LAG]) == before
