"""Our bot in the test's process: the media server, the session and the engines of every call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from voicebot.app import open_stations
from voicebot.calls.journal import CallEvent
from voicebot.calls.record import CallRecord
from voicebot.calls.session import CallSession
from voicebot.calls.stations import Stations
from voicebot.demo.account import demo_facts
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.flow import Flow
from voicebot.dialogue.loader import load_flow
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.transport import MediaTransport
from voicebot.settings import load_settings
from voicebot.store.sql import SqlStore

TODAY = date(2026, 11, 23)
E = TypeVar("E", bound=CallEvent)


class Bot:
    """Answers every AudioSocket call with one flow."""

    _server: AudioSocketServer

    def __init__(self, stations: Stations, store: SqlStore, flow: Flow) -> None:
        self.stations = stations
        self.store = store
        self.flow = flow
        self.facts = demo_facts("en", TODAY)
        self.records: asyncio.Queue[CallRecord] = asyncio.Queue()
        """What remains of each call, as it ends."""
        self.events: list[CallEvent] = []
        """The journals of all calls."""
        self.listeners: list[Callable[[CallEvent], None]] = []
        self._news = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def working(cls, var_dir: Path) -> AsyncIterator[Bot]:
        """A bot with the real recogniser, voice and voice activity detection, and a database of its own."""
        loaded = load_settings(var_dir=var_dir)
        settings = loaded.model_copy(update={"stt": loaded.stt.model_copy(update={"languages": ("en",)})})
        store = SqlStore(settings.store_url)
        await store.open()
        async with open_stations(settings, call_log=store) as stations:
            reminder = load_flow(settings.flows_dir / "payment_reminder.yaml")
            bot = cls(replace(stations, hand_off=lambda *asked: bot._hand_back(*asked)), store, reminder)
            any_port = settings.audiosocket.model_copy(update={"port": 0})
            async with AudioSocketServer(bot._answer, any_port, MediaClock()) as bot._server:
                yield bot
        await store.close()

    async def until(self, kind: type[E]) -> E:
        """Wait until an event of a kind has been written, and give the newest."""
        while not (found := [event for event in self.events if isinstance(event, kind)]):
            self._news.clear()
            await self._news.wait()
        return found[-1]

    @property
    def port(self) -> int:
        """Where it takes calls."""
        return self._server.port

    async def _hand_back(self, call_id: str, queue: str, summary: str) -> bool:
        return self._server.hand_back(call_id)

    async def _answer(self, transport: MediaTransport) -> None:
        conversation = Conversation(self.flow, self.facts, language="en", today=TODAY)
        session = CallSession(transport, conversation, self.stations)
        session.journal.follow(self._note)
        self.records.put_nowait(await session.run())

    def _note(self, event: CallEvent) -> None:
        self.events.append(event)
        self._news.set()
        for listener in self.listeners:
            listener(event)
