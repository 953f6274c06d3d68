"""Calls that a dialplan lends over AudioSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import structlog

from voicebot.calls.matter import Matters
from voicebot.calls.stations import HandOffEvent, Stations
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.events import HandedOff, HandOffFailed
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.places import Places
from voicebot.media.settings import AudioSocketSettings
from voicebot.media.transport import MediaTransport
from voicebot.reception import Reception

log = structlog.get_logger(__name__)


class AudioSocketDoor:
    """Answers every call with the route that has no number: AudioSocket tells nobody's."""

    def __init__(
        self,
        settings: AudioSocketSettings,
        stations: Stations,
        matters: Matters,
        clock: MediaClock,
        places: Places | None = None,
        *,
        listens: bool = True,
    ) -> None:
        self._matters = matters
        self._reception = Reception(replace(stations, hand_off=self._hand_back))
        self.server = AudioSocketServer(self._answer, settings, clock, places, listens=listens)

    async def run(self, stopping: asyncio.Event, drain: float) -> None:
        """Take calls until ``stopping``; then no more, and ``drain`` seconds for those in progress.

        Raises:
            MediaError: the port cannot be had.
        """
        async with self.server:
            await stopping.wait()
            log.info("draining", door="audiosocket", calls=self.server.calls, seconds=drain)
            await self.server.drain(drain)

    async def _answer(self, transport: MediaTransport) -> None:
        await self._reception.hold(transport, await self._matters.inbound())

    async def _hand_back(self, call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        """The dialplan that lent the line goes on with its own queue, out of our sight."""
        yield HandedOff() if self.server.hand_back(call_id) else HandOffFailed()
