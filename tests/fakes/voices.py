"""Sound that stands for speech: as long as its words, loud enough for a level detector."""

from __future__ import annotations

import numpy as np

from voicebot.media.frame import Band
from voicebot.tts.synthesizer import Voice

SECONDS_PER_WORD = 0.3


def murmur(seconds: float, band: Band = Band.WIDE) -> bytes:
    """A voice without words: loud noise, the same every time."""
    noise = np.random.default_rng(1).normal(0, 5000, int(seconds * band))
    return np.clip(noise, -20000, 20000).astype("<i2").tobytes()


class FakePrompts:
    """Renders any text as a murmur, 0.3 s a word."""

    async def render(self, text: str, *, voice: Voice, rate: int, ephemeral: bool = False) -> bytes:
        return murmur(len(text.split()) * SECONDS_PER_WORD, Band(rate))
