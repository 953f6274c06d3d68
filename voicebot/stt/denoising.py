"""Utterances of noisy lines, cleaned before a recogniser hears them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Final, Protocol, cast

import structlog

from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band
from voicebot.stt.noise import voice_over_noise
from voicebot.stt.recognizer import ListenContext, Live, Recognizer, Transcript
from voicebot.stt.settings import SttSettings

log = structlog.get_logger(__name__)

PIECE: Final = 25
"""Frames that are cleaned at once: half a second, by which words of a sound that still goes on are later."""
PATIENCE: Final = 1.0
"""Seconds that a piece may take, the waiting for others included; the rest of the utterance is then heard as
it is. Noisy words are better than late ones."""


class Cleaner(Protocol):
    """Takes the noise out of one utterance."""

    def clean(self, pcm: bytes) -> bytes:
        """As much sound as ``pcm``; blocks."""


class DenoisingRecognizer:
    """Has a recogniser hear utterances without their noise; nobody else does: turn-taking hears the line."""

    def __init__(
        self,
        recognizer: Recognizer,
        cleaner: Callable[[int], Cleaner],
        settings: SttSettings,
        *,
        patience: float = PATIENCE,
    ) -> None:
        """``cleaner`` makes one for each utterance, of so many hertz; ``patience`` as in ``PATIENCE``."""
        self.name = f"{recognizer.name} behind {settings.denoise}"
        self._recognizer = recognizer
        self._cleaner = cleaner
        self._noisy = settings.denoise_from
        self._patience = patience
        threads = min(settings.threads, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="noise suppression")

    @property
    def hears_live(self) -> bool:
        """Whether the recogniser does."""
        return isinstance(self._recognizer, Live) and self._recognizer.hears_live

    async def ready(self) -> None:
        """Wait until the recogniser can hear, and a silence was cleaned: what the machine lacks shows.

        Raises:
            SpeechError: it cannot.
        """
        await self._recognizer.ready()
        silence = bytes(Band.NARROW.frame_bytes)
        await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: self._cleaner(Band.NARROW).clean(silence)
        )

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """What the recogniser makes of the cleaned sound.

        Raises:
            SpeechError: it failed.
        """
        words = self._recognizer.transcribe(self._cleaned(audio), context=context)
        async with aclosing(cast("AsyncGenerator[Transcript, None]", words)) as transcripts:
            async for transcript in transcripts:
                yield transcript

    async def close(self) -> None:
        """Stop the recogniser, and the threads after what is under way."""
        await self._recognizer.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _cleaned(self, audio: AsyncIterable[AudioFrame]) -> AsyncIterator[AudioFrame]:
        cleaner: Cleaner | None = None
        begun = False
        async for piece in _pieces(audio):
            sound, rate = b"".join(frame.pcm for frame in piece), piece[0].rate
            if not begun and voice_over_noise(sound, rate) <= self._noisy:
                cleaner = self._cleaner(rate)
            begun = True
            cleaned = await self._clean(cleaner, sound) if cleaner else b""
            if not cleaned:
                cleaner = None
            for frame in _cut(cleaned or sound, piece):
                yield frame

    async def _clean(self, cleaner: Cleaner, sound: bytes) -> bytes:
        """The sound without its noise; empty where that would take too long."""
        try:
            async with asyncio.timeout(self._patience):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, cleaner.clean, sound)
        except TimeoutError:
            log.warning(
                "noise_left_in", waited=self._patience, advice="give stt.threads more, or take fewer calls"
            )
            return b""


def _cut(sound: bytes, piece: Sequence[AudioFrame]) -> Iterator[AudioFrame]:
    size = len(sound) // len(piece)
    for number, frame in enumerate(piece):
        yield frame._replace(pcm=sound[number * size : (number + 1) * size])


async def _pieces(audio: AsyncIterable[AudioFrame]) -> AsyncIterator[list[AudioFrame]]:
    """The sound in pieces, and 20 ms of silence behind it: what is cleaned comes late by less than that."""
    piece: list[AudioFrame] = []
    size, last = 0, None
    async for frame in audio:
        size = max(size, len(frame.pcm))
        last = frame._replace(pcm=frame.pcm.ljust(size, b"\0"))
        piece.append(last)
        if len(piece) == PIECE:
            yield piece
            piece = []
    if last:
        yield [*piece, AudioFrame(bytes(size), last.rate, last.at + FRAME_SECONDS)]
