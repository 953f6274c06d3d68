"""Prompts rendered once, ready in the channel's own format when a call needs them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from enum import StrEnum
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
import soxr
import structlog

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.tts.loudness import Samples, level_prompt
from voicebot.tts.prompt_files import PromptFiles
from voicebot.tts.settings import LoudnessSettings, TtsSettings
from voicebot.tts.synthesizer import Synthesizer, Voice

log = structlog.get_logger(__name__)

FORMAT = 1
"""Counts up when the way from text to ready sound changes, so that older files are not used."""

FULL_SCALE = 32768


class Source(StrEnum):
    """Where the sound of a prompt came from."""

    MEMORY = "memory"
    DISK = "disk"
    VOICE = "voice"
    """It had to be spoken."""


class PromptCache:
    """Whole prompts at telephone level, kept in memory and on disk.

    Args:
        synthesizer: speaks what is not in the cache; stays the caller's to close.
        folder: where prompts outlive the process; made when it is missing.
        settings: loudness and how much memory to use.
        on_found: told of each prompt that was asked for where its sound came from.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        folder: Path,
        settings: TtsSettings,
        on_found: Callable[[Source], None] = lambda source: None,
    ) -> None:
        self._on_found = on_found
        self._synthesizer = synthesizer
        self._files = PromptFiles(folder)
        self._memory = _Memory(settings.memory)
        self._loudness = settings.loudness
        self._stand_in = settings.stand_in
        self._rendering: WeakValueDictionary[str, _Rendering] = WeakValueDictionary()

    async def render(self, text: str, *, voice: Voice, rate: int, ephemeral: bool = False) -> bytes:
        """The sound of ``text``, 16-bit mono at ``rate`` hertz; many who ask at once share one rendering.

        ``ephemeral`` keeps it off the disk: for texts that tell something about a person.

        Raises:
            SpeechError: the engine failed or does not know the voice, and so did who stands in for it.
        """
        try:
            return await self._rendered(text, voice, rate, ephemeral=ephemeral)
        except SpeechError:
            if (stand_in := self._stand_in(voice)) is None:
                raise
            return await self._rendered(text, stand_in, rate, ephemeral=ephemeral)

    async def warm(
        self,
        texts: Iterable[str],
        *,
        voice: Voice,
        rates: Sequence[int],
        progress: Callable[[int], None] = lambda done: None,
    ) -> int:
        """Keep ``texts`` at all ``rates`` ahead of the calls, one after the other; how many had to be made.

        ``progress`` is told how many are ready.

        Raises:
            SpeechError: the engine failed or does not know the voice.
        """
        made = 0
        for done, text in enumerate(texts, start=1):
            made += await self._make_ahead(text, voice, rates)
            progress(done)
        return made

    async def _make_ahead(self, text: str, voice: Voice, rates: Sequence[int]) -> bool:
        """Speak once for all rates; whether it was needed."""
        keys = {self._key(text, voice, rate): rate for rate in rates}
        wanted = [key for key in keys if not self._files.has(key)]
        unspoken = [key for key in wanted if self._memory.get(key) is None]
        if unspoken:
            frames = await self._spoken(text, voice)
            for key in unspoken:
                self._memory.put(key, await asyncio.to_thread(to_line, frames, keys[key], self._loudness))
        for key in wanted:  # said before about a person, it is in memory only
            if (pcm := self._memory.get(key)) is not None:
                await self._keep(key, pcm)
        return bool(unspoken)

    async def _rendered(self, text: str, voice: Voice, rate: int, *, ephemeral: bool) -> bytes:
        key = self._key(text, voice, rate)
        if (ready := self._from_memory(key)) is not None:
            return ready
        rendering = self._rendering.get(key)
        if rendering is None or rendering.failure:
            rendering = self._rendering[key] = _Rendering()
        async with rendering.turn:
            pcm = self._from_memory(key)
            if pcm is None:
                with rendering.failing_together():
                    pcm = await self._prepare(key, text, voice, rate, ephemeral=ephemeral)
                self._memory.put(key, pcm)
            return pcm

    def _key(self, text: str, voice: Voice, rate: int) -> str:
        """Names everything that changes the sound."""
        ingredients = [
            FORMAT,
            self._synthesizer.identity(voice),
            astuple(voice),
            rate,
            self._loudness.model_dump(),
            text,
        ]
        return hashlib.sha256(json.dumps(ingredients).encode()).hexdigest()

    def _from_memory(self, key: str) -> bytes | None:
        pcm = self._memory.get(key)
        if pcm is not None:
            self._on_found(Source.MEMORY)
        return pcm

    async def _prepare(self, key: str, text: str, voice: Voice, rate: int, *, ephemeral: bool) -> bytes:
        # A sentence of what is said about a person may be one that is said to everybody.
        if (kept := await asyncio.to_thread(self._files.read, key)) is not None:
            self._on_found(Source.DISK)
            return kept
        self._on_found(Source.VOICE)
        pcm = await asyncio.to_thread(to_line, await self._spoken(text, voice), rate, self._loudness)
        if not ephemeral:
            await self._keep(key, pcm)
        return pcm

    async def _spoken(self, text: str, voice: Voice) -> list[AudioFrame]:
        try:
            return [frame async for frame in self._synthesizer.synthesize(text, voice=voice)]
        except SpeechError:
            raise
        except Exception as error:  # whatever an engine raises in its depths: another voice may do
            log.error("voice_crashed", engine=voice.engine.value, exc_info=error)
            raise SpeechError(f"the voice {voice.name} failed: {error}") from error

    async def _keep(self, key: str, pcm: bytes) -> None:
        await asyncio.to_thread(self._files.write, key, pcm)


def to_line(frames: list[AudioFrame], rate: int, loudness: LoudnessSettings) -> bytes:
    """An engine's sound in the line's rate and at the line's level."""
    if not frames:
        return b""
    spoken = np.frombuffer(b"".join(frame.pcm for frame in frames), dtype="<i2") / FULL_SCALE
    resampled: Samples = soxr.resample(spoken, frames[0].rate, rate)
    levelled = level_prompt(resampled, rate, loudness)
    return np.clip(np.rint(levelled * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype("<i2").tobytes()


class _Rendering:
    """One sound in the making, for all who wait for it."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.failure = ""
        """Why there is none."""

    @contextmanager
    def failing_together(self) -> Iterator[None]:
        """Fail for those who wait already as for the first: each would wait as long as the one before."""
        if self.failure:
            raise SpeechError(self.failure)
        try:
            yield
        except SpeechError as error:
            self.failure = str(error)
            raise


class _Memory:
    """Prompts used last, up to a number of bytes; the newest stays however long it is."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._prompts: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        pcm = self._prompts.get(key)
        if pcm is not None:
            self._prompts.move_to_end(key)
        return pcm

    def put(self, key: str, pcm: bytes) -> None:
        self._bytes += len(pcm) - len(self._prompts.pop(key, b""))
        self._prompts[key] = pcm
        while self._bytes > self._limit and len(self._prompts) > 1:
            _, oldest = self._prompts.popitem(last=False)
            self._bytes -= len(oldest)
