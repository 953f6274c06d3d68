"""One run of the model serves every caller who has a window ready: a third of the work of one run each.

The event loop only joins bytes and calls back; a single worker thread runs the model, and never two runs
at once. Slots, and the arrays behind them, change hands only between runs, so nothing is locked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from voicebot.media.frame import BYTES_PER_SAMPLE, AudioFrame, Band
from voicebot.vad.background import Background
from voicebot.vad.decimate import HalfBand
from voicebot.vad.energy import EnergyJudge
from voicebot.vad.framewise import FramewiseVad
from voicebot.vad.gate import LevelGate
from voicebot.vad.levels import Loudness, Samples, from_pcm, loudness
from voicebot.vad.settings import VadSettings
from voicebot.vad.silero import RATE, WINDOW
from voicebot.vad.vad import VadStream, VoiceActivity

log = structlog.get_logger(__name__)

WINDOW_SECONDS = WINDOW / RATE


class SpeechModel(Protocol):
    """A model that judges the next window of many callers at once, and remembers each in a slot."""

    def reserve(self, slots: int) -> None:
        """Make room for callers numbered below ``slots``."""

    def forget(self, slot: int) -> None:
        """Let another caller have ``slot``."""

    def judge(self, slots: NDArray[np.intp], windows: Samples) -> list[float]:
        """The probability of speech in each row of ``windows`` [callers, 256]."""


class SileroStream:
    """One caller's sound on its way into the batch."""

    __slots__ = (
        "background",
        "band",
        "fallback",
        "gate",
        "is_open",
        "last",
        "on_activity",
        "pcm",
        "slot",
        "window_bytes",
    )

    def __init__(self, band: Band, gate: LevelGate, on_activity: Callable[[VoiceActivity], None]) -> None:
        self.band = band
        self.gate = gate
        self.on_activity = on_activity
        self.background = Background()
        self.window_bytes = int(band * WINDOW_SECONDS) * BYTES_PER_SAMPLE
        self.pcm = bytearray()
        self.last = AudioFrame(b"", band, 0.0)
        self.slot: int | None = None
        self.fallback: VadStream | None = None
        self.is_open = True

    def push(self, frame: AudioFrame) -> None:
        """Take the next frame.

        Raises:
            ValueError: its rate is not the band's; the model would hear it at the wrong speed.
        """
        if frame.rate != self.band:
            raise ValueError(f"a frame at {frame.rate} Hz on a line opened at {self.band:d} Hz")
        if self.fallback is not None:
            self.fallback.push(frame)
        elif self.is_open:
            self.pcm += frame.pcm
            self.last = frame

    def take_window(self) -> tuple[float, bytes]:
        """When the next window begins, and its sound."""
        at = self.last.ends_at - len(self.pcm) / (BYTES_PER_SAMPLE * self.band)
        window = bytes(self.pcm[: self.window_bytes])
        del self.pcm[: self.window_bytes]
        return at, window

    def close(self) -> None:
        """Forget this caller."""
        self.is_open = False
        if self.fallback is not None:
            self.fallback.close()


class Batch:
    """The next window of every caller who has one, narrowband lines first, and the verdicts on them."""

    def __init__(self, narrow: list[SileroStream], wide: list[SileroStream], slots: list[int]) -> None:
        self.streams = narrow + wide
        self.slots = np.array(slots, np.intp)
        self.narrow = len(narrow)
        taken = [stream.take_window() for stream in self.streams]
        self.starts = [at for at, _ in taken]
        self.narrow_pcm = b"".join(pcm for _, pcm in taken[: self.narrow])
        self.wide_pcm = b"".join(pcm for _, pcm in taken[self.narrow :])
        self.loudness: list[Loudness] = []
        self.probabilities: list[float] = []
        self.failure: Exception | None = None


class SileroVad:
    """A ``Vad`` for any number of calls on one model; its timer runs only while a call is open."""

    def __init__(self, model: SpeechModel, settings: VadSettings) -> None:
        self._model = model
        self._settings = settings
        self._decimator = HalfBand()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vad")
        self._streams: list[SileroStream] = []
        self._free: list[int] = []
        self._capacity = 0
        self._run: Future[None] | None = None
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
            await asyncio.wrap_future(self._run)
        self._worker.shutdown()

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._settings.tick, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._run is None:
            self._start_run()
        else:
            self._late = True
        if self._streams:
            self._schedule()

    def _start_run(self) -> None:
        """Send the worker every window that is ready."""
        self._sort_out()
        ready = [stream for stream in self._streams if len(stream.pcm) >= stream.window_bytes]
        if not ready:
            return
        narrow = [stream for stream in ready if stream.band is Band.NARROW]
        wide = [stream for stream in ready if stream.band is not Band.NARROW]
        batch = Batch(narrow, wide, [self._slot(stream) for stream in chain(narrow, wide)])
        self._run = self._worker.submit(self._judge, batch, asyncio.get_running_loop())

    def _sort_out(self) -> None:
        """Free the slots of callers who left; called between runs only."""
        if all(stream.is_open and stream.fallback is None for stream in self._streams):
            return
        for stream in self._streams:
            if stream.slot is not None and not (stream.is_open and stream.fallback is None):
                self._model.forget(stream.slot)
                self._decimator.forget(stream.slot)
                self._free.append(stream.slot)
        self._streams = [s for s in self._streams if s.is_open and s.fallback is None]

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

    def _judge(self, batch: Batch, loop: asyncio.AbstractEventLoop) -> None:
        """Run the model; on the worker thread."""
        try:
            windows = self._windows(batch)
            batch.loudness = loudness(windows)
            batch.probabilities = self._model.judge(batch.slots, windows)
        except Exception as error:  # whatever a model runtime raises: the calls go on without it
            batch.failure = error
        loop.call_soon_threadsafe(self._deliver, batch)

    def _windows(self, batch: Batch) -> Samples:
        narrow = from_pcm(batch.narrow_pcm).reshape(-1, WINDOW)
        if not batch.wide_pcm:
            return narrow
        wide = from_pcm(batch.wide_pcm).reshape(-1, 2 * WINDOW)
        return np.concatenate([narrow, self._decimator.decimate(batch.slots[batch.narrow :], wide)])

    def _deliver(self, batch: Batch) -> None:
        """Tell every caller's verdict; back on the event loop."""
        self._run = None
        if batch.failure is not None:
            self._fall_back(batch)
        else:
            for verdict in zip(batch.streams, batch.starts, batch.probabilities, batch.loudness, strict=True):
                self._tell(*verdict)
        if self._late:
            self._late = False
            self._start_run()

    def _tell(self, stream: SileroStream, at: float, probability: float, loud: Loudness) -> None:
        if not stream.is_open:
            return
        level, parts = loud
        stream.background.hear(level, probability, WINDOW_SECONDS)
        tail = stream.background.quiet_tail(parts, WINDOW_SECONDS)
        speech = stream.gate.admit(level, probability, WINDOW_SECONDS)
        try:
            stream.on_activity(VoiceActivity(at, WINDOW_SECONDS, speech, level, tail))
        except Exception as error:  # one call's fault must not cost the others their verdicts
            context = {"message": "a VAD callback failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    def _fall_back(self, batch: Batch) -> None:
        """Go on by loudness for the callers of a failed run: a coarse ear is better than none."""
        if not self._failed:
            log.error("vad_model_failed", calls=len(batch.streams), exc_info=batch.failure)
            self._failed = True
        by_loudness = FramewiseVad(EnergyJudge, self._settings.gate)
        for stream in batch.streams:
            if stream.is_open:
                stream.fallback = by_loudness.open(stream.band, stream.on_activity)
                stream.pcm.clear()
