"""One run of the model serves every caller who has a window ready: a third of the work of one run each.

The event loop gathers, and calls back; a single worker thread does nothing but run the model, and never
two runs at once. Slots change hands only between runs, so nothing is locked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from voicebot.media.frame import Band
from voicebot.vad.decimate import HalfBand
from voicebot.vad.energy import EnergyJudge
from voicebot.vad.framewise import FramewiseVad
from voicebot.vad.gate import LevelGate
from voicebot.vad.levels import Loudness, Samples, from_pcm, loudness
from voicebot.vad.settings import VadSettings
from voicebot.vad.silero import WINDOW
from voicebot.vad.stream import SileroStream
from voicebot.vad.vad import VadStream, VoiceActivity

log = structlog.get_logger(__name__)


class Inference(Protocol):
    """A run of the model over one batch."""

    def run(self) -> None:
        """Do the work; on the worker thread."""

    def verdicts(self) -> list[float]:
        """The probability of speech for each caller, and keep what their next windows need."""


class SpeechModel(Protocol):
    """A model that judges the next window of many callers at once, and remembers each in a slot."""

    def reserve(self, slots: int) -> None:
        """Make room for callers numbered below ``slots``."""

    def forget(self, slot: int) -> None:
        """Let another caller have ``slot``."""

    def prepare(self, slots: NDArray[np.intp], windows: Samples) -> Inference:
        """One run over the next window of each of these callers; ``windows`` is [callers, 256] at 8 kHz."""


class Batch:
    """The next window of every caller who has one; narrowband lines come first."""

    def __init__(self, streams: list[SileroStream], slots: list[int]) -> None:
        self.streams = streams
        self.slots = np.array(slots, np.intp)
        self.narrow = sum(stream.band is Band.NARROW for stream in streams)
        taken = [stream.take_window() for stream in streams]
        self.starts = [at for at, _ in taken]
        self.narrow_pcm = b"".join(pcm for _, pcm in taken[: self.narrow])
        self.wide_pcm = b"".join(pcm for _, pcm in taken[self.narrow :])


class SileroVad:
    """A ``Vad`` for any number of calls on one model; its timer runs only while a call is open."""

    def __init__(
        self,
        model: SpeechModel,
        settings: VadSettings,
        on_run: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """``on_run`` is told how many seconds each run took, from the gathering to the verdicts."""
        self._model = model
        self._on_run = on_run
        self._settings = settings
        self._decimator = HalfBand()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vad")
        self._streams: list[SileroStream] = []
        self._free: list[int] = []
        self._capacity = 0
        self._run: asyncio.Future[None] | None = None
        self._late = False
        self._timer: asyncio.TimerHandle | None = None
        self._failed = False

    @property
    def idle(self) -> bool:
        """Whether no timer runs because nobody is on the line."""
        return self._timer is None

    def open(self, band: Band, on_activity: Callable[[VoiceActivity], None]) -> VadStream:
        """Begin to listen to one more caller."""
        stream = SileroStream(band, LevelGate(self._settings.gate), on_activity)
        self._streams.append(stream)
        if self._timer is None:
            self._schedule()
        return stream

    async def close(self) -> None:
        """Stop serving; a run under way is waited for, its verdicts are dropped."""
        for stream in self._streams:
            stream.close()
        if self._timer is not None:
            self._timer.cancel()
        if self._run is not None:
            await self._run
        self._worker.shutdown()

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._settings.tick, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._streams:
            self._schedule()
        if self._run is None:
            self._start_run()
        else:
            self._late = True

    def _start_run(self) -> None:
        """Send the worker every window that is ready."""
        self._release()
        ready = [stream for stream in self._streams if stream.ready]
        if not ready:
            return
        ready.sort(key=lambda stream: stream.band)
        loop = asyncio.get_running_loop()
        began = loop.time()
        batch = Batch(ready, [self._slot(stream) for stream in ready])
        windows = self._windows(batch)
        inference = self._model.prepare(batch.slots, windows)
        deliver = partial(self._deliver, batch, loudness(windows), inference, began)
        self._run = loop.run_in_executor(self._worker, inference.run)
        self._run.add_done_callback(deliver)

    def _release(self) -> None:
        """Free the slots of callers who left; called between runs only."""
        left = [stream for stream in self._streams if not stream.batched]
        if not left:
            return
        for stream in left:
            if stream.slot is not None:
                self._model.forget(stream.slot)
                self._decimator.forget(stream.slot)
                self._free.append(stream.slot)
        self._streams = [stream for stream in self._streams if stream.batched]

    def _slot(self, stream: SileroStream) -> int:
        if stream.slot is None:
            if not self._free:
                self._grow()
            stream.slot = self._free.pop()
        return stream.slot

    def _grow(self) -> None:
        grown = max(16, 2 * self._capacity)
        self._model.reserve(grown)
        self._decimator.reserve(grown)
        self._free.extend(range(self._capacity, grown))
        self._capacity = grown

    def _windows(self, batch: Batch) -> Samples:
        narrow = from_pcm(batch.narrow_pcm).reshape(-1, WINDOW)
        if not batch.wide_pcm:
            return narrow
        wide = from_pcm(batch.wide_pcm).reshape(-1, 2 * WINDOW)
        return np.concatenate([narrow, self._decimator.decimate(batch.slots[batch.narrow :], wide)])

    def _deliver(
        self,
        batch: Batch,
        loudness: list[Loudness],
        inference: Inference,
        began: float,
        run: asyncio.Future[None],
    ) -> None:
        """Tell every caller's verdict."""
        self._on_run(asyncio.get_running_loop().time() - began)
        self._run = None
        try:
            run.result()
            probabilities = inference.verdicts()
        except Exception as error:  # whatever a model runtime raises: the calls go on without it
            self._fall_back(batch, error)
        else:
            for told in zip(batch.streams, batch.starts, probabilities, loudness, strict=True):
                self._tell(*told)
        if self._late:
            self._late = False
            self._start_run()

    def _tell(self, stream: SileroStream, at: float, probability: float, loud: Loudness) -> None:
        try:
            stream.tell(at, probability, loud)
        except Exception as error:  # one call's fault must not cost the others their verdicts
            context = {"message": "a VAD callback failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    def _fall_back(self, batch: Batch, error: Exception) -> None:
        """Go on by loudness for the callers of a failed run: a coarse ear is better than none."""
        if not self._failed:
            log.error("vad_model_failed", calls=len(batch.streams), exc_info=error)
            self._failed = True
        by_loudness = FramewiseVad(EnergyJudge, self._settings.gate)
        for stream in batch.streams:
            stream.fall_back(by_loudness)
