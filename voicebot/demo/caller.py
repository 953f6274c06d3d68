"""The simulated caller on the other end of the line: speaks audio, waits its turn, breaks in once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol

import numpy as np

from voicebot.calls.events import CallEvent, PromptStarted
from voicebot.calls.mouth import Prompts
from voicebot.demo.persona import Caller, Keys, Question, Reply, Speech, asks
from voicebot.media.frame import AudioFrame, Band
from voicebot.tts.synthesizer import Voice

AUDIBLE = 300
"""Peak of a 16-bit frame that counts as the bot's voice."""
TURN_GAP = 0.7
"""Seconds of quiet after which a listener takes the bot to have finished: longer than its pauses between
sentences."""
BETWEEN_KEYS = 0.15
"""Seconds."""
BREAK_IN_AFTER = 1.5
"""Seconds of the question that the caller hears before it breaks in."""


class Handset(Protocol):
    """The caller's end of a line: a loopback's, or a real telephone's."""

    @property
    def band(self) -> Band:
        """The line's band."""

    def speak(self, pcm: bytes) -> None:
        """Say sound (16-bit mono at the band's rate) after what is still to be said."""

    def press(self, key: str) -> None:
        """Press a telephone key."""

    def hearing(self) -> AsyncIterator[AudioFrame]:
        """What the bot sends, 20 ms each, silence included, until somebody hangs up."""


class SimulatedCaller:
    """Listens to the bot's sound for its turn, follows its words as a person would, and answers aloud.

    The words come as subtitles (a person's ear is better than any recogniser here); the way back to the
    bot is sound alone.
    """

    def __init__(
        self,
        line: Handset,
        mind: Caller,
        prompts: Prompts,
        voice: Voice,
        *,
        barge_in_on: Question,
        on_reply: Callable[[Reply], None] = lambda _reply: None,
    ) -> None:
        self._line = line
        self._mind = mind
        self._prompts = prompts
        self._voice = voice
        self._barge_in_on: Question | None = barge_in_on
        self._on_reply = on_reply
        self._subtitles: list[str] = []
        self._talked = self._quiet = 0.0

    def follow(self, event: CallEvent) -> None:
        """Read along with what the bot says."""
        if isinstance(event, PromptStarted):
            self._subtitles.append(event.text)
            self._talked = self._quiet = 0.0

    async def run(self) -> None:
        """Hold the conversation until the bot hangs up."""
        async for frame in self._line.hearing():
            if np.abs(np.frombuffer(frame.pcm, "<i2").astype(np.int32)).max(initial=0) >= AUDIBLE:
                self._talked, self._quiet = self._talked + frame.seconds, 0.0
            else:
                self._quiet += frame.seconds
            if self._subtitles and (self._quiet >= TURN_GAP or self._breaks_in()):
                await self._answer()

    def _breaks_in(self) -> bool:
        if self._talked < BREAK_IN_AFTER or asks(self._heard, self._voice.language) is not self._barge_in_on:
            return False
        self._barge_in_on = None
        return True

    async def _answer(self) -> None:
        reply = self._mind.reply(self._heard)
        self._subtitles.clear()
        if reply is None:
            return
        self._on_reply(reply)
        if isinstance(reply, Keys):
            for n, key in enumerate(reply.keys):
                asyncio.get_running_loop().call_later(n * BETWEEN_KEYS, self._line.press, key)
        else:
            self._line.speak(await self._sound(reply))

    async def _sound(self, speech: Speech) -> bytes:
        rate = int(self._line.band)
        return await self._prompts.render(speech.words, voice=self._voice, rate=rate, ephemeral=True)

    @property
    def _heard(self) -> str:
        return " ".join(self._subtitles)
