"""The prompts of flows, made ready beside the calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from voicebot.calls.mouth import Prompts
from voicebot.dialogue.fixed_sentences import fixed_sentences
from voicebot.dialogue.language.flow import Flow
from voicebot.errors import SpeechError
from voicebot.media.frame import Band
from voicebot.tts.synthesizer import Voice

log = structlog.get_logger(__name__)

RATES: Final = tuple(map(int, Band))
"""Those of every line."""


class PromptsAhead:
    """Makes what flows say word for word, before callers want to hear it, for voices that take their time.

    No call waits for it: what is not ready yet is made when it is said.
    """

    def __init__(self, prompts: Prompts, voices: Mapping[str, Voice]) -> None:
        """``voices`` are those by language that calls are held in."""
        self._prompts = prompts
        self._voices = voices
        self._flows: asyncio.Queue[Flow] = asyncio.Queue()

    def add(self, flow: Flow) -> None:
        """Make the prompts of ``flow`` too, after those of the flows before it."""
        self._flows.put_nowait(flow)

    async def run(self) -> None:
        """Make what is added, until cancelled."""
        while True:
            flow = await self._flows.get()
            try:
                await self._make(flow)
            except SpeechError as error:
                log.error("prompts_not_made", flow=flow.id, reason=str(error))

    async def make(self, flow: Flow, progress: Callable[[int], None]) -> int:
        """Make the prompts of one flow; how many were not there yet.

        ``progress`` is told how many sentences are ready.

        Raises:
            SpeechError: a voice failed.
        """
        made = done = 0
        for language, texts in self.sentences(flow).items():

            def told(ready: int, before: int = done) -> None:
                progress(before + ready)

            voice = self._voices[language]
            made += await self._prompts.warm(texts, voice=voice, rates=RATES, progress=told)
            done += len(texts)
        return made

    def sentences(self, flow: Flow) -> Mapping[str, Sequence[str]]:
        """What there is to make, by language."""
        slow = {language for language, voice in self._voices.items() if voice.takes_time}
        return {language: texts for language, texts in fixed_sentences(flow).items() if language in slow}

    async def _make(self, flow: Flow) -> None:
        began = asyncio.get_running_loop().time()
        sentences = sum(map(len, self.sentences(flow).values()))
        if not sentences:
            return
        log.info("prompts_begun", flow=flow.id, version=flow.version, sentences=sentences)
        made = await self.make(flow, lambda ready: None)
        took = asyncio.get_running_loop().time() - began
        log.info("prompts_ready", flow=flow.id, version=flow.version, made=made, seconds=round(took, 1))
