"""What happens in a call, in the order in which the bot's mind comes to it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from voicebot.calls.heard import Heard
from voicebot.dialogue import events
from voicebot.errors import SpeechError


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something of ours failed where nobody could await it; the call ends with it."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Speechless:
    """No voice can be had; the call ends with that where the flow has no way on without one."""

    error: SpeechError


Happening = (
    Heard
    | events.KeysPressed
    | events.CallerSilent
    | events.CallerHungUp
    | events.MachineAnswered
    | events.MailboxListens
    | Mistake
    | Speechless
)


class Happenings:
    """Those that wait; one reader takes them one by one."""

    def __init__(self) -> None:
        self._waiting: deque[Happening] = deque()
        self._news = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, happening: Happening) -> None:
        """Add what happened after all others."""
        self._waiting.append(happening)
        self._news.set()

    async def take(self) -> Happening:
        """The next one, as soon as there is one."""
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()

    async def take_words(self) -> Heard | None:
        """The next one if the caller spoke; anything else stays the next one."""
        happening = await self.take()
        if isinstance(happening, Heard):
            return happening
        self._waiting.appendleft(happening)
        return None

    def drop_words(self) -> None:
        """Forget what the caller said; nothing else is forgotten."""
        for happening in self._waiting:
            if isinstance(happening, Heard):
                happening.words.cancel()
        self._waiting = deque(one for one in self._waiting if not isinstance(one, Heard))
