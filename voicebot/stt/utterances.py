"""Models that hear whole utterances, such as Whisper, on one copy for all calls."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Generic, Protocol, TypeVar

from voicebot.media.frame import AudioFrame, Band, pcm_seconds
from voicebot.stt.agreement import Agreement
from voicebot.stt.batching import Batcher
from voicebot.stt.free_text import invented, plain
from voicebot.stt.jobs import Said, Utterance
from voicebot.stt.model_thread import ModelThread
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import SttSettings

NOTHING = Transcript("", confidence=0.0)
SILENCE = bytes(2 * Band.WIDE)
"""A second of it."""

JobT = TypeVar("JobT")


class UtteranceModel(Protocol[JobT]):
    """A model in memory."""

    def prepared(self, utterance: Utterance) -> JobT:
        """The utterance as the model takes it.

        Raises:
            SpeechError: its language is not known.
        """

    def batch_kind(self, job: JobT) -> int:
        """Jobs of one kind may share a run."""

    def hear(self, batch: Sequence[JobT]) -> list[Said]:
        """What was said in each; blocks.

        Raises:
            SpeechError: the model failed.
        """


class UtteranceRecognizer(Generic[JobT]):
    """Hears whole utterances, several at once where they end together."""

    def __init__(
        self,
        name: str,
        load: Callable[[], UtteranceModel[JobT]],
        settings: SttSettings,
        *,
        redecode: float = 0.0,
    ) -> None:
        """Begins to load the model; a sound that still goes on is decoded again every ``redecode`` seconds, 0
        for never."""
        self.name = name
        self._redecode = redecode
        self._languages = settings.languages
        self._thread = ModelThread(load, name=name)
        self._batcher: Batcher[tuple[int, JobT], Said] = Batcher(
            self._hear,
            batch=settings.batch,
            waiting=settings.waiting,
            timeout=settings.utterance_timeout,
            alike=itemgetter(0),
        )

    @property
    def hears_live(self) -> bool:
        """Whether sound that still goes on is decoded."""
        return self._redecode > 0

    async def ready(self) -> None:
        """Wait until the model is in memory, and has heard a silence: the first run takes longest, and shows
        what the machine lacks.

        Raises:
            SpeechError: it cannot be loaded or run, or does not know one of the languages.
        """
        model = await self._thread.model()
        contexts = map(ListenContext, self._languages)
        jobs = [model.prepared(Utterance(SILENCE, Band.WIDE, context)) for context in contexts]
        await self._thread.run(lambda model: model.hear(jobs[:1]))

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words of the whole utterance once its sound has ended; before, where they are decoded again and
        again, those that two decodings agree on."""
        frames, agreement, due = list[AudioFrame](), Agreement(), self._redecode
        decoding: asyncio.Task[Transcript] | None = None
        try:
            async for frame in audio:
                frames.append(frame)
                if decoding and decoding.done():
                    if not decoding.exception() and agreement.decoded(decoding.result().text):
                        yield Transcript(agreement.words, final=False)
                    decoding = None
                if self.hears_live and decoding is None and len(frames) * frame.seconds >= due:
                    due = len(frames) * frame.seconds + self._redecode
                    decoding = asyncio.create_task(
                        self._transcript(list(frames), context), name="decode again"
                    )
        finally:
            if decoding:
                decoding.cancel()
        if not frames:
            yield NOTHING
            return
        final = await self._transcript(frames, context)
        yield replace(final, text=agreement.final(final.text)) if final.text else final

    async def close(self) -> None:
        """Let go of the model; a batch under way is waited for."""
        await self._batcher.close()
        self._thread.close()

    async def _transcript(self, frames: Sequence[AudioFrame], context: ListenContext) -> Transcript:
        model = await self._thread.model()
        utterance = Utterance(b"".join(frame.pcm for frame in frames), frames[0].rate, context)
        job = model.prepared(utterance)
        said = await self._batcher.answer((model.batch_kind(job), job))
        return believed(said, pcm_seconds(utterance.pcm, utterance.rate))

    async def _hear(self, asked: Sequence[tuple[int, JobT]]) -> list[Said]:
        return await self._thread.run(lambda model: model.hear([job for _, job in asked]))


def believed(said: Said, seconds: float) -> Transcript:
    """The plain words of a sound of ``seconds``, or none where they are invented."""
    words = plain(said.text)
    if invented(words, seconds, no_speech=said.no_speech, log_probability=said.log_probability):
        return NOTHING
    return Transcript(words, confidence=math.exp(min(said.log_probability, 0.0)) * (1 - said.no_speech))
