"""Recognisers that hear, fail or take their time as they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

from voicebot.errors import SpeechError
from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.scripted import ScriptedRecognizer


class FakeRecognizer:
    """Hears ``words``, ``seconds`` after the end of the sound, or fails with ``error``.

    ``words``, ``error`` and ``seconds`` may be changed at any time.
    """

    def __init__(self, name: str, words: str = "", *, error: SpeechError | None = None, seconds: float = 0.0):
        self.name = name
        self.words = words
        self.error = error
        self.seconds = seconds
        self.asked = 0
        self.heard: list[bytes] = []
        self.closed = False

    async def ready(self) -> None:
        """Fails when hearing would."""
        if self.error:
            raise self.error

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """What it was told to hear."""
        self.asked += 1
        if self.error:
            raise self.error
        self.heard.append(b"".join([frame.pcm async for frame in audio]))
        await asyncio.sleep(self.seconds)
        yield Transcript(self.words)

    async def close(self) -> None:
        """Notes it."""
        self.closed = True


async def live(pcm: bytes, band: Band = Band.NARROW) -> AsyncIterator[AudioFrame]:
    """A sound as it comes from a line, frame by frame."""
    for number, start in enumerate(range(0, len(pcm), band.frame_bytes)):
        await asyncio.sleep(FRAME_SECONDS)
        yield AudioFrame(pcm[start : start + band.frame_bytes], band, number * FRAME_SECONDS)


async def spoken(pcm: bytes, band: Band = Band.NARROW) -> AsyncIterator[AudioFrame]:
    """A sound that has been spoken."""
    for number, start in enumerate(range(0, len(pcm), band.frame_bytes)):
        yield AudioFrame(pcm[start : start + band.frame_bytes], band, number * FRAME_SECONDS)


class SlowRecognizer(ScriptedRecognizer):
    """Has the words two seconds after it was given the sound; fails at ``failing``."""

    failing = "fails"

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        await asyncio.sleep(2.0)
        async for transcript in super().transcribe(audio, context=context):
            if transcript.text == self.failing:
                raise SpeechError("no server")
            yield transcript
