"""Voices on a server, so guarded that a dead one costs callers no more than a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

import structlog

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.remote.breaker import Breaker
from voicebot.remote.speech import note_failure
from voicebot.tts.synthesizer import Synthesizer, Voice

log = structlog.get_logger(__name__)


class RemoteVoices(Synthesizer, Protocol):
    """A server's voices."""

    @property
    def name(self) -> str:
        """Which server, for the log."""


class Guarded:
    """Gives a sentence whole and in time, or fails at once; the server is left alone when it fails again and
    again, then tried with one sentence."""

    def __init__(self, voices: RemoteVoices, breaker: Breaker, *, seconds: float, may_fail: bool) -> None:
        """``seconds`` are for a whole sentence; ``may_fail`` says that others speak when it does not."""
        self._voices = voices
        self._breaker = breaker
        self._seconds = seconds
        self._may_fail = may_fail

    def identity(self, voice: Voice) -> str:
        """The server's."""
        return self._voices.identity(voice)

    async def ready(self) -> None:
        """See that the server is there; that it is not is only told to the log when others can speak.

        Raises:
            SpeechError: it is not, and nobody stands in for it.
        """
        try:
            await self._voices.ready()
        except SpeechError as error:
            if not self._may_fail:
                raise
            log.warning("voice_not_ready", engine=self._voices.name, reason=str(error))

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, once all of it is there: half a sentence is none.

        Raises:
            SpeechError: the server failed, took too long, or is left alone for now.
        """
        if not self._breaker.allows(_now()):
            raise SpeechError(f"{self._voices.name} is left alone for now")
        try:
            frames = await self._whole(text, voice)
        except SpeechError as error:
            note_failure(self._breaker, self._voices.name, error, _now())
            raise
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        for frame in frames:
            yield frame

    async def close(self) -> None:
        """Let go of the server."""
        await self._voices.close()

    async def _whole(self, text: str, voice: Voice) -> list[AudioFrame]:
        try:
            async with asyncio.timeout(self._seconds):
                frames = [frame async for frame in self._voices.synthesize(text, voice=voice)]
        except TimeoutError:
            raise SpeechError(f"it took longer than {self._seconds:g} s") from None
        if not any(frame.pcm for frame in frames):
            raise SpeechError("it gave no sound")
        return frames


def _now() -> float:
    return asyncio.get_running_loop().time()
