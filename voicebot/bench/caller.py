"""A caller of the load test, who speaks, breaks in, coughs or types, and times what comes back."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from typing import Protocol, assert_never

from voicebot.bench.hearing import Hearing, audible
from voicebot.bench.mix import Step, Trouble, Turn
from voicebot.bench.sounds import BAND, Frames, Sounds, with_noise
from voicebot.media.clock import MOST_OWED
from voicebot.media.frame import FRAME_SECONDS

GREETING = 30.0
"""Seconds that the bot may take to say hello."""
PATIENCE = 6.0
"""Seconds that a caller waits for an answer."""
INTO_THE_ANSWER = 1.5
"""Seconds of the answer before the caller breaks in."""
QUIET = 0.7
"""Seconds without the bot's voice after which it has finished; pauses between sentences are shorter."""
REFLECTION = 0.5
"""Seconds before the caller speaks."""
WENT_ON = 1.0
"""Seconds within which an answer goes on after a cough."""


class Line(Protocol):
    """What a caller speaks and types into."""

    def sound(self, pcm: bytes) -> None:
        """Send 20 ms of the caller's sound."""

    def key(self, key: str) -> None:
        """Send a pressed key."""


@dataclass(slots=True)
class Spoken:
    """When a row of frames was sent."""

    began: float
    ended: float


class _UnansweredError(Exception):
    """The bot kept silent, or talked when it should not; the message says which."""


class Caller:
    """One call: ``tick`` it every 20 ms and give it what it hears, while ``hold`` runs."""

    def __init__(self, wire: Line, sounds: Sounds, trouble: Trouble, seed: int) -> None:
        self.hearing = Hearing()
        self.turns: list[Turn] = []
        self.lateness: list[float] = []
        """Seconds by which each of the caller's own frames was late: the generator's fault."""
        self._wire = wire
        self._sounds = sounds
        self._trouble = trouble
        self._chance = random.Random(seed)
        self._to_say: deque[bytes] = deque()
        self._said: asyncio.Future[None] | None = None
        self._spoken = Spoken(0.0, 0.0)
        self._noisy = False
        self._ticks = 0
        self._due = 0.0
        self._sent_until = 0.0
        self._heard = asyncio.Event()
        self._deaf = 0.0
        """Seconds by which our own frames were late since the bot's last one: what came then lay about."""

    # Every 20 ms

    def tick(self) -> None:
        """Send the next frame."""
        now = _now()
        self._due = self._due + FRAME_SECONDS if self._ticks else now
        self.lateness.append(now - self._due)
        self._deaf = max(self._deaf, now - self._due)
        if now - self._due > MOST_OWED * FRAME_SECONDS:
            self._due = now  # the clock has given those up
        self._ticks += 1
        self._send(self._next_frame(now), now)

    def hear(self, pcm: bytes) -> None:
        """A frame of the bot's has come."""
        now, voiced = _now(), audible(pcm)
        deaf = max(self._deaf, now - self._due - FRAME_SECONDS)
        self.hearing.hear(now, voiced=voiced, deaf=deaf)
        self._deaf = 0.0
        if voiced:
            self._heard.set()

    def _next_frame(self, now: float) -> bytes:
        frame = self._to_say.popleft() if self._to_say else bytes(BAND.frame_bytes)
        if self._said and not self._said.done():
            self._spoken.began = self._spoken.began or now
            self.hearing.spoken_at = now
            if not self._to_say:
                self._spoken.ended = now
                self._said.set_result(None)
        noise = self._sounds.noise
        return with_noise(frame, noise[self._ticks % len(noise)]) if self._noisy else frame

    def _send(self, frame: bytes, now: float) -> None:
        lost = self._chance.random() < self._trouble.loss
        frame = bytes(len(frame)) if lost else frame
        if not self._trouble.jitter:
            self._wire.sound(frame)
            return
        self._sent_until = max(self._sent_until, now + self._chance.uniform(0, self._trouble.jitter))
        asyncio.get_running_loop().call_at(self._sent_until, self._wire.sound, frame)

    # The call

    async def hold(self, steps: tuple[Step, ...]) -> None:
        """Be greeted, then do every step."""
        await self._voice(GREETING)
        await self._quiet()
        for step in steps:
            turn = Turn(step)
            self.turns.append(turn)
            try:
                await self._take(turn)
            except _UnansweredError as error:
                turn.error = str(error)

    async def _take(self, turn: Turn) -> None:
        await asyncio.sleep(REFLECTION)
        match turn.step:
            case Step.SAY | Step.NOISE:
                self._noisy = turn.step is Step.NOISE
                await self._ask(turn)
                self._noisy = False
            case Step.DTMF:
                self.hearing.listen()
                pressed = _now()
                self._wire.key("1")
                turn.reply = (await self._voice(PATIENCE) - pressed) * 1000
            case Step.BARGE:
                await self._ask(turn)
                await self._break_in(turn)
            case Step.COUGH:
                await self._ask(turn)
                await self._cough(turn)
            case _:
                assert_never(turn.step)
        await self._quiet()

    async def _ask(self, turn: Turn) -> None:
        spoken = await self._say(self._sounds.sentence)
        turn.reply = (await self._voice(PATIENCE) - spoken.ended) * 1000
        if turn.reply < 0:
            turn.reply = None
            raise _UnansweredError("cut in")

    async def _break_in(self, turn: Turn) -> None:
        await asyncio.sleep(INTO_THE_ANSWER)
        spoken = await self._say(self._sounds.interruption, anew=False)
        stopped = self.hearing.voiced_at + FRAME_SECONDS
        self.hearing.listen()
        if stopped >= spoken.ended:
            raise _UnansweredError("talked on")
        turn.stop = max(0.0, stopped - spoken.began) * 1000
        await self._voice(PATIENCE)

    async def _cough(self, turn: Turn) -> None:
        await asyncio.sleep(INTO_THE_ANSWER)
        self.hearing.listen()
        await self._say(self._sounds.cough)
        await asyncio.sleep(WENT_ON)
        if _now() - self.hearing.voiced_at > QUIET:
            raise _UnansweredError("fell silent at a cough")
        turn.pause = self.hearing.pause * 1000

    async def _say(self, frames: Frames, *, anew: bool = True) -> Spoken:
        """Speak, and listen for an answer ``anew`` from the first word on."""
        if anew:
            self.hearing.listen()
        self._heard.clear()
        self._spoken = Spoken(0.0, 0.0)
        self._said = asyncio.get_running_loop().create_future()
        self._to_say.extend(frames)
        await self._said
        return self._spoken

    async def _voice(self, patience: float) -> float:
        """When the bot was first heard since it was last listened for."""
        try:
            async with asyncio.timeout(patience):
                while self.hearing.began_at is None:
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise _UnansweredError("no answer") from None
        return self.hearing.began_at

    async def _quiet(self) -> None:
        while (left := self.hearing.voiced_at + QUIET - _now()) > 0:  # noqa: ASYNC110  each sound begins it anew
            await asyncio.sleep(left)


def _now() -> float:
    return asyncio.get_running_loop().time()
