"""sherpa-onnx: models that hear while callers speak, and small ones for whole utterances."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt.batching import Batcher
from voicebot.stt.free_text import plain
from voicebot.stt.jobs import Piece, Said, Utterance
from voicebot.stt.model_thread import ModelThread
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.stt.settings import SttSettings
from voicebot.stt.sherpa_files import SherpaKind, SherpaModel, find_sherpa_model
from voicebot.stt.utterances import NOTHING, SILENCE, UtteranceModel, UtteranceRecognizer, believed

if TYPE_CHECKING:
    from voicebot.stt.sherpa_stream import Stream, StreamingModel

PIECE_SECONDS = 0.3
"""Sound that is worth a run: about what the models take at a time."""


def sherpa_recognizer(settings: SttSettings, folder: Path) -> Recognizer:
    """A recogniser on the model in ``folder``, whichever kind that is.

    Raises:
        SpeechError: sherpa-onnx is not installed, or the folder holds no model that it can run.
    """
    model = find_sherpa_model(folder)
    name = f"sherpa-onnx {_installed()} {folder.name}"
    if model.kind is SherpaKind.TRANSDUCER:
        return StreamingRecognizer(name, model, settings)

    def load() -> UtteranceModel[Utterance]:
        from voicebot.stt.sherpa_model import WholeModel

        return WholeModel(model, settings)

    return UtteranceRecognizer(name, load, settings)


class StreamingRecognizer:
    """Hears an utterance piece by piece as its sound comes, with partial transcripts on the way.

    Sound that is there already, such as a recording, is heard in two runs.
    """

    def __init__(self, name: str, model: SherpaModel, settings: SttSettings) -> None:
        """Begins to load the model."""
        self.name = name

        def load() -> StreamingModel:
            from voicebot.stt.sherpa_stream import StreamingModel

            return StreamingModel(model, settings)

        self._thread = ModelThread(load, name=name)
        self._batcher: Batcher[Piece[Stream], Said] = Batcher(
            self._hear,
            batch=settings.batch,
            waiting=settings.waiting,
            timeout=settings.utterance_timeout,
        )

    async def ready(self) -> None:
        """Wait until the model is in memory, and has heard a silence.

        Raises:
            SpeechError: it cannot be loaded or run.
        """
        model = await self._thread.model()
        silence = Piece(model.open(Band.WIDE, ListenContext("en")), SILENCE, last=True)
        await self._hear([silence])

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words so far whenever there are more of them, then all."""
        model = await self._thread.model()
        hearing: _Hearing | None = None
        try:
            async for frame in audio:
                hearing = hearing or _Hearing(self._batcher, model.open(frame.rate, context))
                if words := hearing.take(frame):
                    yield Transcript(words, final=False)
            yield await hearing.final() if hearing else NOTHING
        finally:
            if hearing:
                hearing.close()

    async def close(self) -> None:
        """Let go of the model; a run under way is waited for."""
        await self._batcher.close()
        self._thread.close()

    async def _hear(self, pieces: Sequence[Piece[Stream]]) -> list[Said]:
        return await self._thread.run(lambda model: model.hear(pieces))


class _Hearing:
    """One utterance: while the model hears a piece, the next one gathers."""

    def __init__(self, batcher: Batcher[Piece[Stream], Said], stream: Stream) -> None:
        self._batcher = batcher
        self._stream = stream
        self._gathered: list[AudioFrame] = []
        self._run: asyncio.Task[Said] | None = None
        self._words = ""
        self._seconds = 0.0

    def take(self, frame: AudioFrame) -> str:
        """The words so far, if there are others than before."""
        self._gathered.append(frame)
        before = self._words
        if self._run and self._run.done():
            self._words = plain(self._run.result().text)
            self._run = None
        if self._run is None and len(self._gathered) * frame.seconds >= PIECE_SECONDS:
            self._run = asyncio.create_task(self._batcher.answer(self._piece()), name="hear a piece")
        return self._words if self._words != before else ""

    async def final(self) -> Transcript:
        """What was said, now that its sound has ended."""
        if self._run:
            await self._run
        heard = await self._batcher.answer(self._piece(last=True))
        return believed(heard, self._seconds)

    def close(self) -> None:
        """Nobody waits for it any more."""
        if self._run:
            self._run.cancel()

    def _piece(self, *, last: bool = False) -> Piece[Stream]:
        pcm = b"".join(frame.pcm for frame in self._gathered)
        self._seconds += sum(frame.seconds for frame in self._gathered)
        self._gathered.clear()
        return Piece(self._stream, pcm, last)


def _installed() -> str:
    try:
        return version("sherpa-onnx")
    except PackageNotFoundError:
        raise SpeechError("sherpa-onnx is not installed: pip install 'voicebot[sherpa]'") from None
