"""A telephone call in virtual time: real session, real turn-taking, sound that stands for speech."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import TypeVar

from tests.fakes.voices import FakePrompts, murmur
from voicebot.calls.ears import Ears, EndOfTurn
from voicebot.calls.events import CallEvent, PromptEnded, StateEntered
from voicebot.calls.floor import Floor
from voicebot.calls.matter import Matter
from voicebot.calls.mind import Mind
from voicebot.calls.mouth import Mouth, Prompts
from voicebot.calls.record import CallLog, CallRecord, Direction
from voicebot.calls.session import CallSession
from voicebot.calls.settings import CallSettings
from voicebot.calls.stations import HandOffEvent, HandOffLine, Interpreter, Stations
from voicebot.calls.suppression import Telephone
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import HandedOff
from voicebot.dialogue.language.flow import Flow
from voicebot.media.frame import Band, pcm_seconds
from voicebot.media.loopback import Loopback
from voicebot.store.memory import MemoryStore
from voicebot.stt.recognizer import Recognizer
from voicebot.tts.synthesizer import Engine, Voice
from voicebot.turns.timing import TurnTiming
from voicebot.vad.engines import open_vad
from voicebot.vad.settings import VadSettings

E = TypeVar("E", bound=CallEvent)
TODAY = date(2026, 11, 23)


class Scene:
    """One call: ``await scene.call(caller)`` runs it and gives its record."""

    def __init__(
        self,
        flow: Flow,
        recognizer: Recognizer,
        *,
        facts: Mapping[str, object] | None = None,
        call_log: CallLog | None = None,
        hand_off: HandOffLine | None = None,
        settings: CallSettings | None = None,
        recordings: Path | None = None,
        interpreter: Interpreter | None = None,
        end_of_turn: EndOfTurn | None = None,
        prompts: Prompts | None = None,
        engine: Engine = Engine.ESPEAK,
        telephone: Telephone | None = None,
        direction: Direction = "inbound",
        language: str = "en",
        band: Band = Band.WIDE,
        vad: VadSettings | None = None,
        voices: Mapping[str, Voice] | None = None,
    ) -> None:
        self.store = call_log or MemoryStore()
        self._flow = flow
        self._facts = facts or {}
        self._telephone = telephone
        self._direction = direction
        self._language = language
        self._band = band
        self._vad = open_vad(vad or VadSettings(engine="energy"))
        self._stations = Stations(
            vad=self._vad,
            recognizer=recognizer,
            prompts=prompts or FakePrompts(),
            voices=voices or {spoken: Voice(spoken, "any", engine=engine) for spoken in ("en", "es")},
            timing=TurnTiming(),
            call_log=self.store,
            settings=settings or CallSettings(),
            hand_off=hand_off or _taken,
            recordings=recordings,
            interpreter=interpreter,
            end_of_turn=end_of_turn,
        )
        self.events: list[CallEvent] = []
        self._news = asyncio.Event()

    async def call(self, caller: Callable[[Scene], Coroutine[None, None, None]]) -> CallRecord:
        """Hold the call with what ``caller`` does at the other end."""
        self.line = Loopback(self._band)
        conversation = Conversation(self._flow, self._facts, language=self._language, today=TODAY)
        matter = Matter(conversation, telephone=self._telephone, direction=self._direction)
        session = CallSession(self.line.bot, matter, self._stations)
        session.journal.follow(self._note)
        async with AsyncExitStack() as end:
            end.push_async_callback(self._vad.close)
            person = asyncio.create_task(caller(self))
            end.callback(person.cancel)
            record = await session.run()
            if person.done():
                person.result()
        return record

    def _note(self, event: CallEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, kind: type[E], count: int = 1) -> E:
        """Wait for the ``count``-th event of a kind."""
        while len(found := self.all(kind)) < count:
            self._news.clear()
            await self._news.wait()
        return found[count - 1]

    def all(self, kind: type[E]) -> list[E]:
        """The events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def asked(self, state: str, times: int = 1) -> None:
        """Wait until the bot has asked what it asks in ``state`` and is silent."""
        while [entered.state for entered in self.all(StateEntered)].count(state) < times:
            self._news.clear()
            await self._news.wait()
        ended = len(self.all(PromptEnded))
        await self.until(PromptEnded, ended + 1)

    async def say(self, seconds: float = 1.0) -> None:
        """Speak, then be silent."""
        await self.utter(murmur(seconds))

    async def utter(self, pcm: bytes) -> None:
        """Give a sound of one's own, then be silent."""
        self.line.caller.speak(pcm)
        await asyncio.sleep(pcm_seconds(pcm, int(self._band)))

    async def press(self, keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.line.caller.press(key)
            await asyncio.sleep(0.2)


async def _taken(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
    yield HandedOff()


def parts_of_calls() -> set[tuple[str, int]]:
    """What calls are made of, as far as it is still in memory."""
    parts = CallSession, Ears, Mouth, Mind, Floor
    return {(type(thing).__name__, id(thing)) for thing in gc.get_objects() if isinstance(thing, parts)}
