"""Brings wideband sound to the 8 kHz the model listens at, many callers in one pass. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicebot.vad.levels import Samples

TAPS = 23
# Half-band: every second tap is zero and the middle one is 1/2. Aliases of 4.6 kHz and above lie 40 dB down.

HISTORY = TAPS - 1


def _side_taps() -> list[float]:
    """The taps left of the middle that are not zero: the filter is symmetric."""
    offset = np.arange(TAPS) - TAPS // 2
    taps = 0.5 * np.sinc(offset / 2) * np.kaiser(TAPS, 4.0)
    side: list[float] = taps[: TAPS // 2 : 2].tolist()
    return [tap / (4 * sum(side)) for tap in side]


SIDE = _side_taps()


class HalfBand:
    """A decimator by two that remembers, for each caller's slot, where the last window stopped."""

    def __init__(self) -> None:
        self._history = np.zeros((0, HISTORY), np.float32)

    def reserve(self, slots: int) -> None:
        """Make room for callers numbered below ``slots``."""
        self._history = np.concatenate(
            [self._history, np.zeros((slots - len(self._history), HISTORY), np.float32)]
        )

    def forget(self, slot: int) -> None:
        """Let another caller have ``slot``."""
        self._history[slot] = 0

    def decimate(self, slots: NDArray[np.intp], wide: Samples) -> Samples:
        """Half as many samples for each row of ``wide`` [callers, samples at 16 kHz]."""
        sound = np.concatenate([self._history[slots], wide], axis=1)
        self._history[slots] = sound[:, -HISTORY:]
        count = wide.shape[1] // 2
        even, odd = sound[:, 0::2], sound[:, 1::2]
        middle = TAPS // 4
        narrow: Samples = np.float32(0.5) * odd[:, middle : middle + count]
        for left, tap in enumerate(SIDE):
            right = TAPS // 2 - left
            narrow += np.float32(tap) * (even[:, left : left + count] + even[:, right : right + count])
        return narrow
