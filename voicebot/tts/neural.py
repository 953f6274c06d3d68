"""Voices that a neural network makes: sentence by sentence, in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.tts.sentences import split_sentences
from voicebot.tts.synthesizer import Voice


class LoadedVoice(Protocol):
    """A voice in memory; several threads may speak with it at once."""

    rate: int
    """Hertz."""

    def speak(self, sentence: str, voice: Voice) -> bytes:
        """The whole sound, 16-bit mono; blocks.

        Raises:
            SpeechError: the engine failed.
        """


class NeuralSynthesizer:
    """Speaks for any number of calls.

    In threads, not in processes: onnxruntime lets go of the interpreter while it computes. Beside a medium
    Piper voice that never stopped speaking, 1 in 100 ticks of 20 ms was more than 6 ms late; beside two, on
    as many cores, 11 ms.
    """

    def __init__(
        self,
        load: Mapping[Voice, Callable[[], LoadedVoice]],
        identities: Mapping[Voice, str],
        *,
        threads: int,
    ) -> None:
        """Begins to load the voices.

        Args:
            load: makes each voice ready; blocks, and raises ``SpeechError`` if that cannot be done.
            identities: engine, version and file of each.
            threads: sentences made at once for calls; one thread more, so that whoever makes prompts ahead of
                the calls, one after the other, never keeps a call waiting.
        """
        self._identities = identities
        self._threads = ThreadPoolExecutor(threads + 1, thread_name_prefix="voice")
        self._loaded: dict[Voice, Future[LoadedVoice]] = {
            voice: self._threads.submit(one) for voice, one in load.items()
        }

    def identity(self, voice: Voice) -> str:
        """Engine, version and file."""
        return self._identities[voice]

    async def ready(self) -> None:
        """Wait until every voice is in memory.

        Raises:
            SpeechError: one cannot be loaded.
        """
        for voice in self._loaded:
            await self._voice(voice)

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, one frame for each sentence.

        Raises:
            SpeechError: the engine failed.
        """
        speaker, at = await self._voice(voice), 0.0
        for sentence in split_sentences(text):
            frame = AudioFrame(await self._speak(speaker, sentence, voice), speaker.rate, at)
            at = frame.ends_at
            yield frame

    async def close(self) -> None:
        """Let go of the voices after the sentences under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _voice(self, voice: Voice) -> LoadedVoice:
        if voice not in self._loaded:
            raise SpeechError(f"the voice {voice.name!r} is not open: name it under tts.voices")
        # Shielded: a caller who hangs up while it loads must not cancel that.
        return await asyncio.shield(asyncio.wrap_future(self._loaded[voice]))

    async def _speak(self, speaker: LoadedVoice, sentence: str, voice: Voice) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, speaker.speak, sentence, voice)


def file_identity(file: Path) -> str:
    """Name, size and date of a voice's file: whoever puts another in its place gets other prompts."""
    told = file.stat()
    return f"{file.name} {told.st_size} {told.st_mtime_ns}"
