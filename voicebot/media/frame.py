"""Sound as voicebot carries it: 16-bit little-endian mono PCM in 20 ms frames. Pure."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

FRAME_SECONDS = 0.02
"""Length of one frame: the packet time of nearly every telephone line."""

BYTES_PER_SAMPLE = 2


class Band(IntEnum):
    """What the line carries, as the sampling rate of its sound in hertz."""

    NARROW = 8000
    """300 to 3400 Hz: G.711."""
    WIDE = 16000
    """50 to 7000 Hz: G.722, Opus."""

    @property
    def frame_bytes(self) -> int:
        """Bytes in one 20 ms frame."""
        return int(self * FRAME_SECONDS) * BYTES_PER_SAMPLE


class AudioFrame(NamedTuple):
    """A stretch of one leg's sound, usually 20 ms.

    A named tuple, not a dataclass: a hundred calls make five thousand of these a second.
    """

    pcm: bytes
    """16-bit little-endian mono."""
    rate: int
    """Hertz."""
    at: float
    """Seconds of audio since answer at which it begins: the only clock the pure modules know."""

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return len(self.pcm) / BYTES_PER_SAMPLE / self.rate

    @property
    def ends_at(self) -> float:
        """Seconds of audio since answer at which it ends."""
        return self.at + self.seconds


class KeyPressed(NamedTuple):
    """The other side pressed a telephone key (DTMF)."""

    key: str
    """One of ``0123456789*#ABCD``."""
    at: float
    """Seconds of audio since answer."""


def pcm_seconds(pcm: bytes, rate: int) -> float:
    """How long 16-bit mono ``pcm`` sounds at ``rate`` hertz."""
    return len(pcm) / BYTES_PER_SAMPLE / rate
