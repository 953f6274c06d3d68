"""The real media path with the slow parts taken out: what the framework itself costs.

AudioSocket, VAD, turn-taking, dialogue, cached prompts, pacing and the journal are those of every call;
only the recogniser is scripted (fixed words, no delay), and the reply is one prompt of about six seconds.
"""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import structlog

from voicebot.app import open_stations
from voicebot.calls.session import CallSession
from voicebot.calls.stations import Stations
from voicebot.dialogue.actions import Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid
from voicebot.dialogue.flow import Flow
from voicebot.dialogue.loader import read_flow
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.frame import Band
from voicebot.media.transport import MediaTransport
from voicebot.settings import Settings
from voicebot.store.memory import MemoryStore
from voicebot.stt.scripted import ScriptedRecognizer
from voicebot.turns.timing import TurnTiming

FLOW = Path(__file__).with_name("echo.yaml")
ENDPOINTING = 0.2
"""Seconds of silence that end an utterance: the nominal delay that voice-to-voice is compared with."""
HUSH = 0.65
"""Seconds without any frame after a prompt is dropped: a load generator has no other way to see the stop."""

log = structlog.get_logger(__name__)


async def serve_bench(settings: Settings, port: int) -> None:
    """Answer every AudioSocket call on ``port`` of the loopback address until cancelled."""
    recognizer = ScriptedRecognizer(["yes"])
    async with open_stations(settings, recognizer=recognizer, call_log=MemoryStore()) as opened:
        stations = replace(opened, timing=_timing(settings.turns), recordings=None)
        server = _Server(read_flow(FLOW)[0], stations)
        audiosocket = settings.audiosocket.model_copy(update={"port": port, "hush_seconds": HUSH})
        await server.rehearse()
        async with AudioSocketServer(server.answer, audiosocket, MediaClock()) as listening:
            print(f"ready on 127.0.0.1:{listening.port}", flush=True)
            with suppress(asyncio.CancelledError):
                await asyncio.get_running_loop().create_future()


class _Server:
    def __init__(self, flow: Flow, stations: Stations) -> None:
        self._flow = flow
        self._stations = stations

    async def rehearse(self) -> None:
        """Load now what is loaded on first use, and keep the collector of garbage off it: a pass over all of
        it would stop every call for 25 ms."""
        prompts, voice = self._stations.prompts, self._stations.voices["en"]
        conversation = self._conversation()
        for action in [*conversation.start(), *conversation.handle(CallerSaid("yes"))]:
            if isinstance(action, Say):
                await prompts.render(action.text, voice=voice, rate=int(Band.NARROW))
        gc.collect()
        gc.freeze()

    async def answer(self, transport: MediaTransport) -> None:
        """Hold one call."""
        await CallSession(transport, self._conversation(), self._stations).run()

    def _conversation(self) -> Conversation:
        return Conversation(self._flow, {}, language="en", today=date.today())


def _timing(timing: TurnTiming) -> TurnTiming:
    return timing.model_copy(
        update={"endpointing": ENDPOINTING, "endpointing_complete": ENDPOINTING, "pause": ENDPOINTING}
    )
