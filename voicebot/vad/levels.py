"""Loudness of sound, over many callers at once. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

PARTS = 4
"""A window's loudness is also told by quarters, so that the end of speech is placed finer than a window."""

SILENCE = -100.0
"""dBFS of digital silence."""


class Loudness(NamedTuple):
    """How loud one window is, in dBFS (0 = a full-scale sine)."""

    level: float
    parts: list[float]
    """Of its quarters, in order."""


def from_pcm(pcm: bytes) -> Samples:
    """16-bit mono as samples from -1 to 1."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) * np.float32(1 / 32768)


def loudness(windows: Samples) -> list[Loudness]:
    """Loudness of each row of ``windows`` [callers, samples]; the samples must divide into quarters."""
    quarters = windows.reshape(len(windows), PARTS, -1)
    power = np.einsum("wqs,wqs->wq", quarters, quarters) / quarters.shape[2]
    levels = _decibels(power.mean(axis=1)).tolist()
    parts = _decibels(power).tolist()
    return [Loudness(level, part) for level, part in zip(levels, parts, strict=True)]


def _decibels(power: Samples) -> Samples:
    # A full-scale sine has a power of one half; the last term makes digital silence SILENCE.
    levels: Samples = 10 * np.log10(2 * power + np.float32(1e-10))
    return levels
