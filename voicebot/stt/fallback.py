"""Recognisers that stand in for each other, so that one dead server costs a caller no more than a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import cast

import structlog

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.remote.breaker import Breaker
from voicebot.remote.speech import note_failure
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.stt.settings import SttSettings
from voicebot.stt.sound import Sound

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """One recogniser of a chain."""

    recognizer: Recognizer
    breaker: Breaker
    not_for: frozenset[str] = frozenset()
    """Languages in which it stands in for nobody: wrong words are worse than the keypad."""


class FallbackRecognizer:
    """Has each utterance heard by the first of its recognisers that can.

    One that fails again and again is left alone for a while, then tried with one utterance. All share the
    ``utterance_timeout``, which begins at the end of the sound; each but the last gets ``attempt_timeout``.
    """

    def __init__(self, links: Sequence[Link], settings: SttSettings) -> None:
        self.name = ", else ".join(link.recognizer.name for link in links)
        self._links = tuple(links)
        self._settings = settings

    async def ready(self) -> None:
        """Wait until one can hear; those that cannot are told to the log.

        Raises:
            SpeechError: none can.
        """
        starts = [link.recognizer.ready() for link in self._links]
        results = await asyncio.gather(*starts, return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        if len(failures) == len(self._links) or not all(isinstance(one, SpeechError) for one in failures):
            raise failures[0]
        for failure in failures:
            log.warning("recognizer_not_ready", reason=str(failure))

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        """The words of the first that has any, with its name.

        Raises:
            SpeechError: none of them heard it.
        """
        reasons = []
        async with aclosing(_Hearing(Sound(audio), context, self._settings.utterance_timeout)) as hearing:
            for link in self._links:
                if context.language in link.not_for or not link.breaker.allows(_now()):
                    continue
                patience = float("inf") if link is self._links[-1] else self._settings.attempt_timeout
                try:
                    async with aclosing(hearing.by(link, patience)) as words:
                        async for transcript in words:
                            yield transcript
                        return
                except SpeechError as error:
                    reasons.append(f"{link.recognizer.name}: {error}")
        raise SpeechError("; ".join(reasons) or f"all recognisers are left alone for now: {self.name}")

    async def close(self) -> None:
        """Stop all of them."""
        for link in self._links:
            await link.recognizer.close()


class _Hearing:
    """One utterance, given to one recogniser after the other."""

    def __init__(self, sound: Sound, context: ListenContext, seconds: float) -> None:
        """``seconds`` after the end of the sound nobody waits any longer."""
        self._sound = sound
        self._context = context
        self._seconds = seconds
        self._ended_at = float("inf")

    async def by(self, link: Link, seconds: float) -> AsyncGenerator[Transcript, None]:
        """What ``link`` hears, unless it takes longer than ``seconds`` once it has all of the sound.

        Raises:
            SpeechError: it failed, or took too long; its breaker knows.
        """
        known = False
        try:
            async for transcript in self._in_time(link.recognizer, seconds):
                if transcript.final:
                    known = True
                    link.breaker.succeeded()
                yield replace(transcript, engine=transcript.engine or link.recognizer.name)
        except SpeechError as error:
            known = True
            note_failure(link.breaker, link.recognizer.name, error, _now())
            raise
        finally:
            if not known:
                link.breaker.abandoned()

    async def aclose(self) -> None:
        """Listen no longer."""
        await self._sound.close()

    async def _in_time(self, recognizer: Recognizer, seconds: float) -> AsyncIterator[Transcript]:
        began = _now()
        words = recognizer.transcribe(self._sound.frames(), context=self._context)
        async with aclosing(cast("AsyncGenerator[Transcript, None]", words)) as transcripts:
            while transcript := await self._next(transcripts, began, seconds):
                yield transcript
                if transcript.final:
                    return
        raise SpeechError("it ended without a final transcript")

    async def _next(
        self, transcripts: AsyncIterator[Transcript], began: float, seconds: float
    ) -> Transcript | None:
        try:
            async with asyncio.timeout(None) as patience:
                with self._sound.at_end(lambda: patience.reschedule(self._until(began, seconds))):
                    return await anext(transcripts, None)
        except TimeoutError:
            raise SpeechError("it took too long") from None

    def _until(self, began: float, seconds: float) -> float:
        self._ended_at = min(self._ended_at, _now())
        return min(max(began, self._ended_at) + seconds, self._ended_at + self._seconds)


def _now() -> float:
    return asyncio.get_running_loop().time()
