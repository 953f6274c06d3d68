"""The words of one call, on their way from its recogniser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.stt.recognizer import ListenContext, Live, Recognizer, Transcript


def _unread(text: str) -> None:
    """Nobody reads along."""


class Recognizing:
    """Has sounds recognised, each as a task: whoever wants its words awaits it, and it may go unawaited."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._tasks: set[asyncio.Task[Transcript]] = set()
        self.hears_live = isinstance(recognizer, Live) and recognizer.hears_live
        """The recogniser gains by following a sound while it lasts."""

    def words_in(self, frames: Sequence[AudioFrame], context: ListenContext) -> asyncio.Task[Transcript]:
        """The words of a sound that is whole, to come; fails with SpeechError when none could be had."""
        return self.words_of(_each(frames), context)

    def words_of(
        self,
        sound: AsyncIterable[AudioFrame],
        context: ListenContext,
        on_partial: Callable[[str], None] = _unread,
    ) -> asyncio.Task[Transcript]:
        """The words of ``sound``, to come after its end; ``on_partial`` gets what is heard so far."""
        final = _final(self._recognizer, sound, context, on_partial)
        words = asyncio.create_task(final, name="recognize")
        self._tasks.add(words)
        words.add_done_callback(self._done)
        return words

    def cancel(self) -> None:
        """Give up what is on its way."""
        for words in self._tasks:
            words.cancel()

    def _done(self, words: asyncio.Task[Transcript]) -> None:
        self._tasks.discard(words)
        if not words.cancelled():
            words.exception()  # may go unawaited


async def _final(
    recognizer: Recognizer,
    sound: AsyncIterable[AudioFrame],
    context: ListenContext,
    on_partial: Callable[[str], None],
) -> Transcript:
    async for transcript in recognizer.transcribe(sound, context=context):
        if transcript.final:
            return transcript
        on_partial(transcript.text)
    raise SpeechError(f"{recognizer.name} ended without a final transcript: see its log")


async def _each(frames: Sequence[AudioFrame]) -> AsyncIterator[AudioFrame]:
    for frame in frames:
        yield frame
