from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vad.sounds import frames, silence, tone
from voicebot.media.frame import Band
from voicebot.vad.batch import SileroVad, SpeechModel
from voicebot.vad.levels import Samples
from voicebot.vad.settings import VadSettings
from voicebot.vad.vad import VadStream, VoiceActivity


class LoudModel:
    """Calls loud windows speech, and keeps the size of every run."""

    def __init__(self) -> None:
        self.runs: list[int] = []
        self.forgotten: list[int] = []
        self.running = 0
        self.may_run = threading.Event()
        self.may_run.set()
        self.failure: Exception | None = None

    def reserve(self, slots: int) -> None:
        pass

    def forget(self, slot: int) -> None:
        assert self.running == 0, "slots change hands between runs only"
        self.forgotten.append(slot)

    def prepare(self, slots: NDArray[np.intp], windows: Samples) -> LoudInference:
        return LoudInference(self, windows)


class LoudInference:
    def __init__(self, model: LoudModel, windows: Samples) -> None:
        self._model = model
        self._windows = windows

    def run(self) -> None:
        self._model.running += 1
        assert self._model.running == 1, "never two runs at once"
        self._model.may_run.wait(10)
        self._model.runs.append(len(self._windows))
        self._model.running -= 1
        if self._model.failure is not None:
            raise self._model.failure

    def verdicts(self) -> list[float]:
        return [float(window.std() > 0.01) for window in self._windows]


class Caller:
    """Somebody on the line, and what was heard of them."""

    def __init__(self, vad: SileroVad, band: Band = Band.NARROW) -> None:
        self.heard: list[VoiceActivity] = []
        self._news = asyncio.Event()
        self.stream: VadStream = vad.open(band, self._on_activity)

    def _on_activity(self, activity: VoiceActivity) -> None:
        self.heard.append(activity)
        self._news.set()

    async def verdicts(self, count: int) -> list[VoiceActivity]:
        """The first ``count`` verdicts, once they have come."""
        while len(self.heard) < count:
            self._news.clear()
            await self._news.wait()
        return self.heard[:count]


@asynccontextmanager
async def serving(
    model: SpeechModel, on_run: Callable[[float], None] = lambda seconds: None
) -> AsyncIterator[SileroVad]:
    vad = SileroVad(model, VadSettings(tick=0.002), on_run)
    try:
        yield vad
    finally:
        await vad.close()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  the worker thread makes it true, and knows no asyncio
        await asyncio.sleep(0.001)


async def test_callers_share_a_run() -> None:
    model = LoudModel()
    async with serving(model) as vad:
        callers = [Caller(vad) for _ in range(40)]
        for caller in callers:
            for frame in frames(tone(0.04)):
                caller.stream.push(frame)
        for caller in callers:
            await caller.verdicts(1)
    assert model.runs == [40]


async def test_every_run_is_told_with_its_time() -> None:
    told: list[float] = []
    async with serving(model := LoudModel(), told.append) as vad:
        caller = Caller(vad)
        for frame in frames(tone(0.16)):
            caller.stream.push(frame)
        await caller.verdicts(5)
    assert len(told) == len(model.runs) == 5
    assert min(told) > 0


async def test_verdicts_come_in_order_with_their_place_in_time() -> None:
    async with serving(LoudModel()) as vad:
        caller = Caller(vad)
        for frame in frames(silence(0.32), tone(0.32), at=5.0):
            caller.stream.push(frame)
        heard = await caller.verdicts(20)
    assert [activity.at for activity in heard] == pytest.approx([5 + index * 0.032 for index in range(20)])
    assert [activity.probability for activity in heard] == [0.0] * 10 + [1.0] * 10


async def test_wide_and_narrow_lines_share_a_run() -> None:
    model = LoudModel()
    async with serving(model) as vad:
        wide, narrow = Caller(vad, Band.WIDE), Caller(vad)
        for frame in frames(tone(0.04, dbfs=-10.0, band=Band.WIDE), band=Band.WIDE):
            wide.stream.push(frame)
        for frame in frames(silence(0.04)):
            narrow.stream.push(frame)
        assert [activity.level for activity in await wide.verdicts(1)] == pytest.approx([-10.0], abs=0.5)
        assert [activity.level for activity in await narrow.verdicts(1)] == pytest.approx([-100.0])
    assert model.runs == [2]


async def test_a_slow_run_is_waited_for_and_nothing_is_lost() -> None:
    model = LoudModel()
    model.may_run.clear()
    async with serving(model) as vad:
        caller = Caller(vad)
        for frame in frames(tone(0.32)):
            caller.stream.push(frame)
        await until(lambda: model.running == 1)
        await asyncio.sleep(0.01)
        model.may_run.set()
        assert len(await caller.verdicts(10)) == 10
    assert model.runs == [1] * 10


async def test_a_caller_who_leaves_during_a_run_hears_no_more_of_it() -> None:
    model = LoudModel()
    model.may_run.clear()
    async with serving(model) as vad:
        leaver, stayer = Caller(vad), Caller(vad)
        for caller in (leaver, stayer):
            for frame in frames(tone(0.08)):
                caller.stream.push(frame)
        await until(lambda: model.running == 1)
        leaver.stream.close()
        newcomer = Caller(vad)
        for frame in frames(tone(0.04)):
            newcomer.stream.push(frame)
        model.may_run.set()
        await stayer.verdicts(2)
        await newcomer.verdicts(1)
    assert leaver.heard == []
    assert len(model.forgotten) == 1


async def test_the_timer_rests_while_nobody_is_on_the_line() -> None:
    async with serving(LoudModel()) as vad:
        caller = Caller(vad)
        caller.stream.close()
        await until(lambda: vad.idle)
        late = Caller(vad)
        for frame in frames(tone(0.04)):
            late.stream.push(frame)
        await late.verdicts(1)
        assert not vad.idle


async def test_a_failing_model_leaves_no_call_deaf() -> None:
    model = LoudModel()
    model.failure = RuntimeError("bad tensor")
    async with serving(model) as vad:
        caller = Caller(vad)
        for frame in frames(silence(0.04)):
            caller.stream.push(frame)
        await until(lambda: model.runs == [1] and vad.idle)
        for frame in frames(tone(0.4), at=0.04):
            caller.stream.push(frame)
        heard = await caller.verdicts(20)
    assert [activity.at for activity in heard] == pytest.approx([0.04 + index * 0.02 for index in range(20)])
    assert {activity.probability for activity in heard} == {1.0}


async def test_one_call_that_fails_costs_the_others_nothing() -> None:
    faults: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))

    def fail(activity: VoiceActivity) -> None:
        raise RuntimeError("a bug of the session")

    async with serving(LoudModel()) as vad:
        broken, caller = vad.open(Band.NARROW, fail), Caller(vad)
        for frame in frames(tone(0.04)):
            broken.push(frame)
            caller.stream.push(frame)
        await caller.verdicts(1)
    assert [fault["message"] for fault in faults] == ["a VAD callback failed"]


async def test_sound_at_a_wrong_rate_is_refused_loudly() -> None:
    async with serving(LoudModel()) as vad:
        caller = Caller(vad, Band.WIDE)
        with pytest.raises(ValueError, match="8000 Hz on a line opened at 16000 Hz"):
            caller.stream.push(frames(tone(0.02))[0])
