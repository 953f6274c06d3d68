"""A recogniser that is told beforehand what it will hear, for measurements and tests."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from itertools import chain, repeat

from voicebot.media.frame import AudioFrame
from voicebot.stt.recognizer import ListenContext, Transcript


class ScriptedRecognizer:
    """Answers the next of its texts without delay, whatever the sound, and the last one for ever after."""

    name = "scripted"

    def __init__(self, texts: Iterable[str]) -> None:
        script = tuple(texts)
        self._texts = chain(script, repeat(script[-1] if script else ""))

    async def ready(self) -> None:
        """It always is."""

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The next text, once the utterance has been heard to its end."""
        async for _ in audio:
            pass
        yield Transcript(next(self._texts))

    async def close(self) -> None:
        """Nothing to stop."""
