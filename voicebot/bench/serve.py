"""The real media path with the slow parts taken out: what the framework itself costs.

AudioSocket, VAD, turn-taking, dialogue, cached prompts, pacing and the journal are those of every call;
only the recogniser is scripted (fixed words, no delay), and the reply is one prompt of about six seconds.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from voicebot.app import open_stations
from voicebot.calls.matter import Matter
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.loader import read_flow
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.transport import MediaTransport
from voicebot.reception import Reception
from voicebot.settings import Settings
from voicebot.store.memory import MemoryStore
from voicebot.stt.scripted import ScriptedRecognizer
from voicebot.turns.timing import TurnTiming

FLOW = Path(__file__).with_name("echo.yaml")
ENDPOINTING = 0.2
"""Seconds of silence that end an utterance: the nominal delay that voice-to-voice is compared with."""
HUSH = 0.65
"""Seconds without any frame after a prompt is dropped: a load generator has no other way to see the stop."""


async def serve_bench(settings: Settings, port: int) -> None:
    """Answer every AudioSocket call on ``port`` of the loopback address until cancelled."""
    flow, _ = read_flow(FLOW)
    recognizer = ScriptedRecognizer(["yes"])
    async with open_stations(settings, recognizer=recognizer, call_log=MemoryStore()) as opened:
        stations = replace(opened, timing=_timing(settings.turns), recordings=None)
        reception = Reception(stations)

        def conversation() -> Conversation:
            return Conversation(flow, {}, language="en", today=date.today())

        async def answer(transport: MediaTransport) -> None:
            await reception.hold(transport, Matter(conversation()))

        await reception.rehearse(conversation())
        audiosocket = settings.audiosocket.model_copy(update={"port": port, "hush_seconds": HUSH})
        async with AudioSocketServer(answer, audiosocket, MediaClock()) as listening:
            print(f"ready on 127.0.0.1:{listening.port}", flush=True)
            with suppress(asyncio.CancelledError):
                await asyncio.get_running_loop().create_future()


def _timing(timing: TurnTiming) -> TurnTiming:
    return timing.model_copy(
        update={"endpointing": ENDPOINTING, "endpointing_complete": ENDPOINTING, "pause": ENDPOINTING}
    )
