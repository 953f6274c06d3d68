"""One caller's sound on its way into the batch, and what is known of the caller. Pure."""

from __future__ import annotations

from collections.abc import Callable

from voicebot.media.frame import BYTES_PER_SAMPLE, AudioFrame, Band
from voicebot.vad.background import Background
from voicebot.vad.gate import LevelGate
from voicebot.vad.levels import Loudness
from voicebot.vad.vad import Vad, VadStream, VoiceActivity

WINDOW_SECONDS = 0.032
"""What the Silero model judges at a time."""


class SileroStream:
    """A ``VadStream`` that is emptied window by window."""

    __slots__ = (
        "_background",
        "_fallback",
        "_gate",
        "_last",
        "_on_activity",
        "_pcm",
        "band",
        "batched",
        "slot",
        "window_bytes",
    )

    def __init__(self, band: Band, gate: LevelGate, on_activity: Callable[[VoiceActivity], None]) -> None:
        self.band = band
        self.window_bytes = int(band * WINDOW_SECONDS) * BYTES_PER_SAMPLE
        self.slot: int | None = None
        """Where the model keeps its memory of this caller."""
        self.batched = True
        """False once the caller has left, or the model has failed."""
        self._pcm = bytearray()
        self._last = AudioFrame(b"", band, 0.0)
        self._background = Background()
        self._gate = gate
        self._on_activity = on_activity
        self._fallback: VadStream | None = None

    @property
    def ready(self) -> bool:
        """Whether a whole window has come."""
        return len(self._pcm) >= self.window_bytes

    def push(self, frame: AudioFrame) -> None:
        """Take the next frame.

        Raises:
            ValueError: its rate is not the band's; the model would hear it at the wrong speed.
        """
        if frame.rate != self.band:
            raise ValueError(f"a frame at {frame.rate} Hz on a line opened at {self.band:d} Hz")
        if self.batched:
            self._pcm += frame.pcm
            self._last = frame
        elif self._fallback is not None:
            self._fallback.push(frame)

    def take_window(self) -> tuple[float, bytes]:
        """When the next window begins, and its sound."""
        at = self._last.ends_at - len(self._pcm) / (BYTES_PER_SAMPLE * self.band)
        window = bytes(self._pcm[: self.window_bytes])
        del self._pcm[: self.window_bytes]
        return at, window

    def tell(self, at: float, probability: float, loud: Loudness) -> None:
        """Pass the verdict on the window that began ``at``, unless the caller has left meanwhile."""
        if not self.batched:
            return
        level, parts = loud
        self._background.hear(level, probability, WINDOW_SECONDS)
        tail = self._background.quiet_tail(parts, WINDOW_SECONDS)
        speech = self._gate.admit(level, probability, WINDOW_SECONDS)
        self._on_activity(VoiceActivity(at, WINDOW_SECONDS, speech, level, tail, self._background.floor))

    def fall_back(self, vad: Vad) -> None:
        """Be served by ``vad`` from the next frame on, unless the caller has left meanwhile."""
        if self.batched:
            self.batched = False
            self._fallback = vad.open(self.band, self._on_activity)

    def close(self) -> None:
        """Forget this caller."""
        self.batched = False
        if self._fallback is not None:
            self._fallback.close()
