"""The bot's mouth in one call: prompts in order, held at a cough, dropped at a barge-in."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

import structlog

from voicebot.calls.events import PromptContinued, PromptEnded, PromptHeld, PromptStarted, VoiceFailed
from voicebot.calls.journal import Journal
from voicebot.calls.record import Latency
from voicebot.dialogue.actions import Say
from voicebot.errors import SpeechError
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, pcm_seconds
from voicebot.media.transport import MediaTransport
from voicebot.tts.sentences import split_sentences
from voicebot.tts.synthesizer import Voice

log = structlog.get_logger(__name__)

BETWEEN_SENTENCES = 0.3
"""Seconds of silence after a sentence, as a reader makes them."""


class Prompts(Protocol):
    """Where the sound of a text comes from."""

    async def render(self, text: str, *, voice: Voice, rate: int, ephemeral: bool = False) -> bytes:
        """The whole text as 16-bit mono at ``rate`` hertz; ephemeral sound is never kept on disk."""

    async def warm(
        self,
        texts: Iterable[str],
        *,
        voice: Voice,
        rates: Sequence[int],
        progress: Callable[[int], None] = lambda done: None,
    ) -> int:
        """Keep the sound of ``texts`` at all ``rates`` ahead; how many had to be made."""


class Mouth:
    """Plays what the conversation says, one prompt after the other."""

    def __init__(
        self,
        transport: MediaTransport,
        prompts: Prompts,
        voices: Mapping[str, Voice],
        journal: Journal,
        *,
        on_speaking: Callable[[bool, bool], None],
        caller_speaks: Callable[[], bool],
        reply_latency: Callable[[float], Latency | None],
        on_failure: Callable[[SpeechError], None],
        now: Callable[[], float],
    ) -> None:
        """``on_speaking(speaking, interruptible)`` hears when the bot becomes audible or silent;
        ``caller_speaks`` tells whether they are in the middle of an utterance;
        ``reply_latency`` is asked at a prompt's first sound for the latency of the reply it begins, and told
        when that sound was queued, by the loop's clock;
        ``on_failure`` hears that a sentence could not be made, and that the rest was dropped with it;
        ``now`` tells the seconds of the caller's audio so far."""
        self._transport = transport
        self._prompts = prompts
        self._voices = voices
        self._journal = journal
        self._on_speaking = on_speaking
        self._caller_speaks = caller_speaks
        self._reply_latency = reply_latency
        self._on_failure = on_failure
        self._now = now
        self._to_say: deque[Say] = deque()
        self._wake = asyncio.Event()
        self._silent = asyncio.Event()
        self._silent.set()
        self._saying: Say | None = None
        self._heard_before = 0.0
        self._begun = False
        self._queued = 0.0
        self._queued_at = 0.0
        self._preparing: set[asyncio.Task[bytes]] = set()
        self._making: asyncio.Task[bytes] | None = None
        self._holds = 0
        self._question: tuple[float, float] | None = None

    def say(self, says: Sequence[Say]) -> None:
        """Queue prompts behind those still to be heard."""
        if says:
            self._to_say.extend(says)
            self._silent.clear()
            self._wake.set()

    def prepare(self, says: Iterable[Say]) -> None:
        """Begin to make the first sentence of what may be said next, where the voice takes its time."""
        for say in islice(says, 1):
            if self._voices[say.language].takes_time:
                for sentence in split_sentences(say.text)[:1]:
                    preparing = asyncio.create_task(self._render(sentence, say), name="prepare a prompt")
                    self._preparing.add(preparing)
                    preparing.add_done_callback(self._prepared)

    def _prepared(self, preparing: asyncio.Task[bytes]) -> None:
        self._preparing.discard(preparing)
        if not preparing.cancelled():
            preparing.exception()  # is met again when the sentence is said

    async def silence(self) -> None:
        """Wait until all that was to be said has been heard or dropped."""
        await self._silent.wait()

    def hold(self) -> None:
        """Pause: the caller made a sound. Each ``hold`` wants a ``go_on`` of its own, or one ``stop``."""
        if self._saying:
            self._holds += 1
            if self._holds == 1:
                self._transport.pause()
                self._journal.write(PromptHeld(self._transport.sounding_at))

    def go_on(self) -> None:
        """Continue where the caller stopped hearing: they do not take the turn."""
        if self._holds:
            self._holds -= 1
            if not self._holds:
                self._transport.resume()
                self._journal.write(PromptContinued(self._now()))

    @property
    def held(self) -> bool:
        """A prompt waits in mid-word until it is known whose turn it is."""
        return self._holds > 0

    @property
    def unheard(self) -> bool:
        """What comes next has not begun to sound."""
        return bool(self._to_say) if self._saying is None else not self._begun

    @property
    def asked(self) -> bool:
        """The caller has heard enough of the question to answer it: half of the first sentence that asks, or
        of the last where none does."""
        if self._saying is None or self._to_say or self._question is None:
            return False
        begins, ends = self._question
        return self._transport.heard_seconds - self._heard_before >= (begins + ends) / 2

    @property
    def must_be_heard(self) -> bool:
        """What is being said, or comes next, may not be cut off."""
        coming = self._saying or next(iter(self._to_say), None)
        return coming is not None and not coming.interruptible

    def stop(self) -> None:
        """Drop the rest, but for what must be heard to its end: the caller has taken the turn."""
        self._to_say = deque(say for say in self._to_say if not say.interruptible)
        if self._saying is None or self._saying.interruptible:
            self._fall_silent()
        else:
            self._hold_no_more()

    def drop(self) -> None:
        """Drop all, even what must be heard to its end: nobody listens."""
        self._to_say.clear()
        self._fall_silent()

    def _fall_silent(self) -> None:
        self._saying = None
        self._holds = 0
        self._transport.flush()
        if self._making:
            self._making.cancel()  # nobody waits for the rest of it

    def sent(self) -> None:
        """Notice the first sound of a prompt; called for every frame that leaves."""
        say, sounding = self._saying, self._transport.heard_seconds > self._heard_before
        if say and self._queued and sounding and not self._begun:
            self._begun = True
            latency, at = self._reply_latency(self._queued_at), self._transport.sounding_at
            self._journal.write(PromptStarted(at, say.text, say.language, latency))

    async def run(self) -> None:
        """Speak until cancelled."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._to_say:
                    await self._speak(self._to_say.popleft())
                self._hold_no_more()
                self._silent.set()
        finally:
            for preparing in self._preparing:
                preparing.cancel()

    async def _speak(self, say: Say) -> None:
        self._saying, self._begun, self._question, self._queued = say, False, None, 0.0
        if not say.interruptible:
            self._hold_no_more()
        await self._play(say)
        self.prepare(self._to_say)
        await self._transport.drain()
        dropped = self._saying is not say
        self._saying = None
        if self._queued:
            self._on_speaking(False, True)
        if self._begun:
            heard = self._transport.heard_seconds - self._heard_before
            complete = not dropped and heard > self._queued - FRAME_SECONDS
            self._journal.write(PromptEnded(self._transport.sounding_at + FRAME_SECONDS, heard, complete))

    def _hold_no_more(self) -> None:
        """A sound in the last instant of a prompt is not to hold what nobody would let go of."""
        if self._holds:
            self._holds = 0
            self._transport.resume()

    async def _play(self, say: Say) -> None:
        """Queue a prompt sentence by sentence, until it is dropped."""
        rate = int(self._transport.band)
        pause = bytes(int(BETWEEN_SENTENCES * rate) * BYTES_PER_SAMPLE)
        sentences = split_sentences(say.text)
        asks = next((n for n, one in enumerate(sentences) if one.endswith("?")), len(sentences) - 1)
        for number, sentence in enumerate(sentences):
            try:
                pcm = await self._made(sentence, say)
            except SpeechError as error:
                self._fail(error)
                break
            if pcm is None:
                break
            if not self._queued:
                self._heard_before = self._transport.heard_seconds
                self._queued_at = asyncio.get_running_loop().time()
                self._on_speaking(True, say.interruptible)
                if self._caller_speaks():
                    self.hold()
            self._play_behind(pause if self._queued else b"")
            begins = self._queued
            self._play_behind(pcm)
            if number == asks:
                self._question = begins, self._queued

    def _fail(self, error: SpeechError) -> None:
        log.error("voice_failed", reason=str(error))
        self._journal.write(VoiceFailed(self._now(), str(error)))
        self._to_say.clear()
        self._on_failure(error)

    def _play_behind(self, pcm: bytes) -> None:
        self._transport.play(pcm)
        self._queued += pcm_seconds(pcm, int(self._transport.band))

    async def _made(self, sentence: str, say: Say) -> bytes | None:
        """The sound of a sentence; ``None`` as soon as its prompt is dropped."""
        self._making = making = asyncio.create_task(self._render(sentence, say), name="make a prompt")
        making.add_done_callback(lambda done: done.cancelled() or done.exception())  # may be dropped
        try:
            await asyncio.wait({making})
        finally:
            making.cancel()
        return making.result() if self._saying is say else None

    async def _render(self, sentence: str, say: Say) -> bytes:
        voice, rate = self._voices[say.language], int(self._transport.band)
        return await self._prompts.render(sentence, voice=voice, rate=rate, ephemeral=say.personal)
