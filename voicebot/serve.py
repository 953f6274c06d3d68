"""The server: answers the calls that a PBX lends it over AudioSocket, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import structlog

from voicebot.app import open_stations
from voicebot.calls.stations import HandOffEvent
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import HandedOff, HandOffFailed
from voicebot.dialogue.loader import load_flow
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.reception import Reception
from voicebot.settings import Settings

log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> None:
    """Answer calls until SIGTERM or SIGINT; then take no new ones and let those in progress finish.

    Raises:
        FlowError: the flow is not sound, or its facts are missing.
        MediaError: the port cannot be had.
        SpeechError: an engine cannot start.
    """
    inbound = settings.inbound
    flow = load_flow(settings.flows_dir / f"{inbound.flow}.yaml")

    def new_conversation() -> Conversation:
        return Conversation(flow, inbound.facts, language=inbound.language, today=date.today())

    new_conversation()  # facts that are missing show now, not at the first call

    async def hand_back(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        yield HandedOff() if server.hand_back(call_id) else HandOffFailed()

    async with open_stations(settings) as stations:
        reception = Reception(replace(stations, hand_off=hand_back), new_conversation)
        await reception.rehearse()
        async with AudioSocketServer(reception.answer, settings.audiosocket, MediaClock()) as server:
            await _told_to_stop()
            log.info("draining", calls=server.calls, seconds=inbound.drain)
            await server.drain(inbound.drain)


async def _told_to_stop() -> None:
    stopped = asyncio.Event()
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, stopped.set)
    await stopped.wait()
