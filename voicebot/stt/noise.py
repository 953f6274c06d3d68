"""How much noise there is under a voice. Pure."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

BLOCK: Final = 0.02
"""Seconds over which loudness is taken."""
_QUIET: Final = 10
"""Per cent of the blocks that are no louder than the noise: the breath before a word, a gap in it."""
_LOUD: Final = 0.01
"""Share of the loudest block's power that the voice has."""


def voice_over_noise(pcm: bytes, rate: int) -> float:
    """Decibels between a voice and the noise under it, of 16-bit sound at ``rate`` hertz with both in it.

    Blocks of digital silence are lost packets, or a line without noise: infinite where there is nothing else.
    """
    size = int(BLOCK * rate)
    sound = np.frombuffer(pcm, "<i2").astype(np.float64)
    power = (sound[: len(sound) // size * size].reshape(-1, size) ** 2).mean(axis=1)
    audible = power[power > 0]
    if not audible.size:
        return inf
    voice = audible[audible > _LOUD * audible.max()].mean()
    return float(10 * np.log10(voice / np.percentile(audible, _QUIET)))
