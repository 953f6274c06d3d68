"""Voices of several engines, as one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.tts.synthesizer import Engine, Synthesizer, Voice


class Ensemble:
    """Lets every voice speak with its own engine."""

    def __init__(self, engines: Mapping[Engine, Synthesizer]) -> None:
        """They are its own to close."""
        self._engines = engines

    def identity(self, voice: Voice) -> str:
        """That of the voice's engine."""
        return self._engine(voice).identity(voice)

    async def ready(self) -> None:
        """Wait for all of them.

        Raises:
            SpeechError: a voice cannot be loaded.
        """
        await asyncio.gather(*(engine.ready() for engine in self._engines.values()))

    def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text`` as the voice's engine makes it."""
        return self._engine(voice).synthesize(text, voice=voice)

    def _engine(self, voice: Voice) -> Synthesizer:
        try:
            return self._engines[voice.engine]
        except KeyError:
            raise SpeechError(
                f"no engine of the voice {voice.name} was opened: see the log's start"
            ) from None

    async def close(self) -> None:
        """Close all of them."""
        for engine in self._engines.values():
            await engine.close()
