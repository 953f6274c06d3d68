"""Tones as lines carry them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voicebot.amd.signals import Heard, SignalFinder
from voicebot.media.frame import AudioFrame, Band

RATE = int(Band.NARROW)


def tone(hertz: float, seconds: float, level: float = -18.0, rate: int = RATE) -> bytes:
    """A sine; ``level`` is dB of full scale."""
    at = np.arange(round(seconds * rate)) / rate
    loud = 32767 * 10 ** (level / 20) * np.sqrt(2)
    sine = (loud * np.sin(2 * np.pi * hertz * at)).clip(-32768, 32767)
    return bytes(sine.astype(np.int16).tobytes())


def silence(seconds: float) -> bytes:
    """Nothing at all."""
    return bytes(2 * round(seconds * RATE))


def noise(seconds: float, level: float = -45.0) -> bytes:
    """What lines hiss."""
    loud = 32767 * 10 ** (level / 20)
    return np.random.default_rng(7).normal(0, loud, round(seconds * RATE)).astype(np.int16).tobytes()


def frames(pcm: bytes) -> Iterator[AudioFrame]:
    """The sound in 20 ms frames."""
    size = Band.NARROW.frame_bytes
    for start in range(0, len(pcm) - size + 1, size):
        yield AudioFrame(pcm[start : start + size], RATE, start / 2 / RATE)


def signals(pcm: bytes) -> list[Heard]:
    """What is found in the sound."""
    finder = SignalFinder()
    return [found for frame in frames(pcm) if (found := finder.hear(frame))]
