"""The recogniser that comes with voicebot: pocketsphinx, by the grammar of each dialogue state."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator
from importlib.metadata import PackageNotFoundError, version

import structlog

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt.jobs import Answer, Job
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import SttSettings
from voicebot.stt.workers import WorkerPool

log = structlog.get_logger(__name__)


class SphinxRecognizer:
    """Hears English by grammar, without a download; Spanish well enough for demonstrations.

    The acoustic model is English. Spanish words are spelled in its phonemes: about four words in ten go
    wrong on
    a telephone line, so a production system needs another engine.
    """

    def __init__(self, settings: SttSettings) -> None:
        """Starts the worker processes.

        Raises:
            SpeechError: pocketsphinx is not installed.
        """
        self.name = f"pocketsphinx {_installed()} en-us"
        for language in sorted(settings.demo_grade.intersection(settings.languages)):
            log.warning(
                "demo_grade_recognizer",
                language=language,
                advice="pocketsphinx hears it for demonstrations: production needs another stt.engine",
            )
        self._workers = WorkerPool(
            ("voicebot.stt.sphinx_worker", *settings.languages),
            workers=min(settings.workers, os.cpu_count() or 1),
            timeout=settings.utterance_timeout,
        )

    async def ready(self) -> None:
        """Wait until the models are loaded.

        Raises:
            SpeechError: they cannot be.
        """
        await self._workers.ready()

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words of the whole utterance once its sound has ended; there are no partial ones."""
        frames = [frame async for frame in audio]
        yield _transcript(await self._answer(frames, context))

    async def close(self) -> None:
        """Ends the worker processes."""
        await self._workers.close()

    async def _answer(self, frames: list[AudioFrame], context: ListenContext) -> Answer:
        if not frames or not context.grammar:
            return Answer()
        rate = frames[0].rate
        if rate not in tuple(Band):
            raise SpeechError(f"sound at {rate} Hz cannot be recognised: give 8000 or 16000 Hz")
        pcm = b"".join(frame.pcm for frame in frames)
        return await self._workers.answer(Job(context.language, context.grammar, pcm, rate))


def _transcript(answer: Answer) -> Transcript:
    return Transcript(answer.text, confidence=answer.confidence)


def _installed() -> str:
    try:
        return version("pocketsphinx")
    except PackageNotFoundError:
        raise SpeechError("pocketsphinx is not installed: pip install 'voicebot[embedded]'") from None
