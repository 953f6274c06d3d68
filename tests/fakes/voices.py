"""Sound that stands for speech: as long as its words, loud enough for a level detector."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

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

    async def warm(
        self,
        texts: Iterable[str],
        *,
        voice: Voice,
        rates: Sequence[int],
        progress: Callable[[int], None] = lambda done: None,
    ) -> int:
        return 0


class SlowPrompts(FakePrompts):
    """The same, each after ``seconds`` the first time; whoever asks meanwhile waits for the same."""

    def __init__(self, seconds: float) -> None:
        self.asked: list[str] = []
        self._seconds = seconds
        self._making: dict[str, asyncio.Task[bytes]] = {}

    async def render(self, text: str, *, voice: Voice, rate: int, ephemeral: bool = False) -> bytes:
        if text not in self._making:
            self.asked.append(text)
            self._making[text] = asyncio.create_task(self._late(text, voice, rate), name=f"render {text}")
        return await asyncio.shield(self._making[text])

    async def _late(self, text: str, voice: Voice, rate: int) -> bytes:
        await asyncio.sleep(self._seconds)
        return await super().render(text, voice=voice, rate=rate)
