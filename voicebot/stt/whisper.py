"""Whisper: English, Spanish and more, on one model for all calls."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterable, AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, pcm_seconds
from voicebot.stt.batching import Batcher
from voicebot.stt.free_text import invented, plain
from voicebot.stt.jobs import Prompted, Said
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import SttSettings

if TYPE_CHECKING:
    from voicebot.stt.whisper_model import LoadedWhisper


class WhisperRecognizer:
    """Hears whole utterances, several at once where they end together.

    In a thread, not in a process of its own: CTranslate2 lets go of the interpreter while it computes, so
    that the calls beside it are not later than with a process (measured: 20 ms frames were 15 ms late at most
    in 99 of 100 cases with either), and the model is in memory once.
    """

    def __init__(self, settings: SttSettings, folder: Path) -> None:
        """Begins to load the model in ``folder``.

        Raises:
            SpeechError: faster-whisper is not installed.
        """
        self.name = f"faster-whisper {_installed()} {folder.name}"
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="whisper")
        self._loaded: Future[LoadedWhisper] = self._thread.submit(_load, settings, folder)
        self._batcher: Batcher[Prompted, Said] = Batcher(
            self._hear,
            batch=settings.batch,
            waiting=settings.waiting,
            timeout=settings.utterance_timeout,
            alike=lambda prompted: len(prompted.prompt),
        )

    async def ready(self) -> None:
        """Wait until the model is in memory.

        Raises:
            SpeechError: it cannot be, or it does not know one of the languages.
        """
        model = await self._model()
        for language in self._settings.languages:
            model.prompt(ListenContext(language))

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words of the whole utterance once its sound has ended; there are no partial ones."""
        frames = [frame async for frame in audio]
        yield await self._transcript(frames, context) if frames else Transcript("", confidence=0.0)

    async def close(self) -> None:
        """Let go of the model; a batch under way is waited for."""
        await self._batcher.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _transcript(self, frames: list[AudioFrame], context: ListenContext) -> Transcript:
        model = await self._model()
        pcm, rate = b"".join(frame.pcm for frame in frames), frames[0].rate
        said = await self._batcher.answer(Prompted(pcm, rate, model.prompt(context)))
        return _believed(said, pcm_seconds(pcm, rate))

    async def _model(self) -> LoadedWhisper:
        # Shielded: a caller who hangs up while it loads must not cancel that.
        return await asyncio.shield(asyncio.wrap_future(self._loaded))

    async def _hear(self, batch: list[Prompted]) -> list[Said]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._loaded.result().hear, batch)


def _believed(said: Said, seconds: float) -> Transcript:
    words = plain(said.text)
    sure = math.exp(min(said.log_probability, 0.0)) * (1 - said.no_speech)
    if invented(words, seconds, no_speech=said.no_speech, log_probability=said.log_probability):
        return Transcript("", confidence=0.0)
    return Transcript(words, confidence=sure)


def _load(settings: SttSettings, folder: Path) -> LoadedWhisper:
    # Imported in the thread: it takes half a second.
    from voicebot.stt.whisper_model import LoadedWhisper

    return LoadedWhisper(folder, settings)


def _installed() -> str:
    try:
        return version("faster-whisper")
    except PackageNotFoundError:
        raise SpeechError("faster-whisper is not installed: pip install 'voicebot[whisper]'") from None
