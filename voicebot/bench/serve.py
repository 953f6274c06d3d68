"""The real media path with the slow parts taken out: what the framework itself costs.

Transport, VAD, turn-taking, dialogue, cached prompts, pacing and the journal are those of every call;
only the recogniser is scripted (fixed words, no delay), and the reply is one prompt of about six seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import structlog

from voicebot.app import open_stations, told_to_stop
from voicebot.bench.mix import Way
from voicebot.calls.matter import Matter
from voicebot.calls.record import CallLog
from voicebot.calls.stations import Stations
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.reading.loader import read_flow
from voicebot.doors.ari import AriDoor
from voicebot.errors import VoicebotError
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.frame import Band
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.number_key import number_key
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

log = structlog.get_logger(__name__)


async def serve_bench(
    settings: Settings, port: int, way: Way = Way.AUDIOSOCKET, *, ari: bool = False, keep: bool = False
) -> None:
    """Answer every call on ``port`` of the loopback address until told to stop.

    With ``Way.CHAN_WEBSOCKET`` a call is whoever connects there: it is told the URI where its sound belongs,
    as ARI tells Asterisk. ``keep`` writes records to the database, and not to memory. ``ari`` is for a real
    Asterisk: calls come over ARI as well, and all are recorded in the database.

    Raises:
        AriRefusedError: Asterisk will not have us.
        MediaError: a port cannot be had.
        StoreError: the database cannot be opened.
    """
    stopping, clock, matters = told_to_stop(), MediaClock(), OneMatter()
    call_log = None if ari or keep else MemoryStore()
    async with open_bench(settings, matters, call_log) as stations:
        try:
            async with (
                _listening(way, stations, matters, settings, port, clock, 0.0 if ari else HUSH) as at,
                asyncio.TaskGroup() as doors,
            ):
                if ari:
                    media = MediaWebSocketServer(settings.media, clock)
                    numbers = number_key(settings)
                    door = AriDoor(settings.ari, settings.telephony, media, stations, matters, numbers)
                    doors.create_task(door.run(stopping, drain=0.0))
                    await door.control.client.ready()
                print(f"ready on 127.0.0.1:{at}", flush=True)
                await stopping.wait()
        except* VoicebotError as failed:
            raise failed.exceptions[0] from None
    log.info("bench_over", late_frames=clock.late_ticks)


@asynccontextmanager
async def open_bench(
    settings: Settings, matters: OneMatter, call_log: CallLog | None
) -> AsyncIterator[Stations]:
    """The stations of a bot that hears "yes" whatever is said, and has its answer ready."""
    async with open_stations(settings, recognizer=ScriptedRecognizer(["yes"]), call_log=call_log) as opened:
        stations = replace(opened, timing=_timing(settings.turns), recordings=None)
        await Reception(stations).rehearse([matters.conversation()])
        yield stations


def _listening(
    way: Way,
    stations: Stations,
    matters: OneMatter,
    settings: Settings,
    port: int,
    clock: MediaClock,
    hush: float,
) -> AbstractAsyncContextManager[int]:
    """Where calls come in; gives the port."""
    answer = partial(hold_one, Reception(stations), matters)
    if way is Way.CHAN_WEBSOCKET:
        media = settings.media.model_copy(update={"port": 0, "username": ""})
        return _media(MediaWebSocketServer(media, clock), media.path, port, answer)
    audiosocket = settings.audiosocket.model_copy(update={"port": port, "hush_seconds": hush})
    return _audiosocket(AudioSocketServer(answer, audiosocket, clock))


async def hold_one(reception: Reception, matters: OneMatter, transport: MediaTransport) -> None:
    """Hold a call from answer to end."""
    await reception.hold(transport, await matters.inbound())


@asynccontextmanager
async def _audiosocket(server: AudioSocketServer) -> AsyncIterator[int]:
    async with server:
        yield server.port


@asynccontextmanager
async def _media(
    server: MediaWebSocketServer, path: str, port: int, answer: Callable[[MediaTransport], Awaitable[None]]
) -> AsyncIterator[int]:
    async def tell_where(_: asyncio.StreamReader, call: asyncio.StreamWriter) -> None:
        await hold_media(server, f"ws://127.0.0.1:{server.port}{path}", call, answer)

    async with server, await asyncio.start_server(tell_where, "127.0.0.1", port) as telling:
        yield telling.sockets[0].getsockname()[1]


async def hold_media(
    server: MediaWebSocketServer,
    where: str,
    call: asyncio.StreamWriter,
    answer: Callable[[MediaTransport], Awaitable[None]],
) -> None:
    """Hold a call whose sound is brought to the URI ``where``: ``call`` is told so, as Asterisk is by ARI.

    Raises:
        MediaError: nobody brings the sound.
    """
    with server.expect(uuid4().hex, Band.NARROW) as expected:
        call.write(f"{where}?{urlencode(expected.query)}\n".encode())
        call.close()
        transport = await server.connected(expected, disconnect=lambda: None, lost=lambda: None)
    await answer(transport)
    await transport.hang_up()


class OneMatter:
    """Talks with everybody about the same."""

    def __init__(self) -> None:
        self._flow, _ = read_flow(FLOW)

    async def inbound(self, dialled: str = "", caller: str = "") -> Matter:
        return Matter(self.conversation())

    def conversation(self) -> Conversation:
        return Conversation(self._flow, {}, language="en", today=date.today())


def _timing(timing: TurnTiming) -> TurnTiming:
    delays = dict.fromkeys(("endpointing", "endpointing_complete", "pause"), ENDPOINTING)
    return timing.model_copy(update={**delays, "adaptive": False, "backchannel": 0.0})
