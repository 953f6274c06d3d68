"""What one caller is still to hear. Pure."""

from __future__ import annotations

from collections import deque

import numpy as np

from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, Band

_FADE_SECONDS = FRAME_SECONDS
"""The one frame that is heard after all when a caller breaks in: a voice that dies away in it sounds as if it
stopped by itself; cut off, it clicks."""


class Playout:
    """Queued sound, given out in 20 ms frames, that can be held or dropped in the middle of a word."""

    __slots__ = (
        "_at",
        "_band",
        "_fade_bytes",
        "_fade_in_due",
        "_frame_bytes",
        "_heard",
        "_paused",
        "_sound",
        "_sounding",
        "_waiting",
    )

    def __init__(self, band: Band) -> None:
        self._band = band
        self._frame_bytes = band.frame_bytes
        self._fade_bytes = int(band * _FADE_SECONDS) * BYTES_PER_SAMPLE
        self._sound = b""
        self._at = 0
        """How much of ``_sound`` has been given out, in bytes."""
        self._waiting: deque[bytes] = deque()
        self._heard = 0
        self._sounding = False
        """The last frame carried sound."""
        self._paused = False
        self._fade_in_due = False

    @property
    def heard_seconds(self) -> float:
        """Seconds of sound given out so far, silence not counted."""
        return self._heard / BYTES_PER_SAMPLE / self._band

    @property
    def idle(self) -> bool:
        """Nothing is left to be heard, and the last frame given out has been heard too."""
        return not self._sounding and self._exhausted

    def play(self, pcm: bytes) -> None:
        """Queue sound (16-bit mono at the band's rate); it follows what is queued without a gap."""
        assert len(pcm) % BYTES_PER_SAMPLE == 0, "half a sample"
        if pcm:
            self._waiting.append(pcm)

    def pause(self) -> None:
        """Fade out with the next frame, and hold what is left."""
        self._paused = True

    def resume(self) -> None:
        """Go on, faded in, exactly where the caller stopped hearing."""
        self._paused = False

    def flush(self) -> None:
        """Fade out with the next frame, and drop what is left."""
        tail = self._take(self._fade_bytes) if self._sounding else b""
        self._sound, self._at = _faded_out(tail), 0
        self._waiting.clear()
        self._paused = self._fade_in_due = False

    def next_frame(self) -> bytes | None:
        """The next 20 ms, the end of a prompt filled up with silence; ``None`` with nothing to say."""
        if self._paused:
            return self._held_frame()
        sound = self._take(self._frame_bytes)
        if self._fade_in_due and sound:
            sound = _faded_in(sound[: self._fade_bytes]) + sound[self._fade_bytes :]
            self._fade_in_due = False
        return self._given_out(sound)

    def _held_frame(self) -> bytes | None:
        if not self._sounding:
            return None
        frame = self._given_out(_faded_out(self._take(self._fade_bytes)))
        self._sounding, self._fade_in_due = False, True
        return frame

    def _given_out(self, sound: bytes) -> bytes | None:
        self._sounding = bool(sound)
        if not sound:
            return None
        self._heard += len(sound)
        return sound if len(sound) == self._frame_bytes else sound.ljust(self._frame_bytes, b"\0")

    def _take(self, size: int) -> bytes:
        """Up to ``size`` bytes from the front of the queue."""
        end = self._at + size
        if end > len(self._sound):
            return self._take_across(size)
        sound = self._sound[self._at : end]
        self._at = end
        return sound

    def _take_across(self, size: int) -> bytes:
        """The same where one prompt ends: the next one follows in the same frame."""
        sound, self._sound, self._at = self._sound[self._at :], b"", 0
        if self._waiting and len(sound) < size:
            self._sound = self._waiting.popleft()
            return sound + self._take(size - len(sound))
        return sound

    @property
    def _exhausted(self) -> bool:
        return self._at >= len(self._sound) and not self._waiting


def _faded_out(sound: bytes) -> bytes:
    samples = np.frombuffer(sound, "<i2")
    return (samples * np.linspace(1, 0, len(samples))).astype("<i2").tobytes()


def _faded_in(sound: bytes) -> bytes:
    samples = np.frombuffer(sound, "<i2")
    return (samples * np.linspace(0, 1, len(samples))).astype("<i2").tobytes()
