"""The bot of the load test behind a front that hands calls to several processes, as of serve --workers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import assert_never

from pydantic import SecretStr

from voicebot.app import told_to_stop
from voicebot.bench.mix import Way
from voicebot.bench.serve import HUSH, OneMatter, hold_media, hold_one, open_bench
from voicebot.front.server import serve_with_workers
from voicebot.front.worker import Front
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.places import Places
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.reception import Reception
from voicebot.settings import Settings
from voicebot.store.memory import MemoryStore


async def serve_bench_with_workers(
    settings: Settings, port: int, count: int, way: Way, config: Path | None
) -> None:
    """Answer every call on ``port`` of the loopback address with one of ``count`` workers.

    Raises:
        MediaError: the port cannot be had.
        StoreError: the database cannot be opened.
        WorkerError: a worker cannot start, and has said why.
    """
    lent = {"enabled": True, "host": "127.0.0.1", "port": port}
    with _kept_port() as sound:
        brought = {"host": "127.0.0.1", "port": sound}
        alone = settings.model_copy(
            update={
                "audiosocket": settings.audiosocket.model_copy(update=lent),
                "media": settings.media.model_copy(update=brought),
                "ari": settings.ari.model_copy(update={"password": SecretStr("")}),
                "calls": settings.calls.model_copy(update={"at_most": 0}),
            }
        )
        await serve_with_workers(
            alone,
            count,
            config,
            work=("bench", "worker", "--way", way, "--media-port", str(sound)),
            brings_sound=way is Way.CHAN_WEBSOCKET,
            on_ready=lambda at: print(f"ready on 127.0.0.1:{at}", flush=True),
        )


@contextmanager
def _kept_port() -> Iterator[int]:
    """A port of the loopback address that the system gives to nobody else until somebody listens on it: the
    workers are told of it before the front does."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


async def work_for_bench(settings: Settings, front: Front, way: Way, media_port: int) -> None:
    """Hold the calls that the front brings, until it ends or we are told to stop; over ``chan_websocket``
    their sound comes to its ``media_port``.

    Raises:
        SpeechError: an engine cannot start.
    """
    stopping, matters, clock = told_to_stop(), OneMatter(), MediaClock()
    async with open_bench(settings, matters, MemoryStore()) as stations:
        places = Places(on_change=lambda who: front.asked(places.taken, who))
        answer = partial(hold_one, Reception(stations), matters)
        match way:
            case Way.AUDIOSOCKET:
                lent = settings.audiosocket.model_copy(update={"hush_seconds": HUSH})
                door = _audiosocket(AudioSocketServer(answer, lent, clock, places, listens=False), front)
            case Way.CHAN_WEBSOCKET:
                media = settings.media.model_copy(update={"username": "", "port": media_port})
                server = MediaWebSocketServer(media, clock, front.number)
                door = _media(server, f"ws://127.0.0.1:{media_port}{media.path}", places, answer, front)
            case _:
                assert_never(way)
        async with door:
            front.ready()
            keeping = asyncio.create_task(front.keep(stopping))
            await stopping.wait()
            keeping.cancel()


@asynccontextmanager
async def _audiosocket(server: AudioSocketServer, front: Front) -> AsyncIterator[None]:
    async with server:
        front.opens("audiosocket", server.adopt)
        yield


@asynccontextmanager
async def _media(
    server: MediaWebSocketServer,
    where: str,
    places: Places,
    answer: Callable[[MediaTransport], Awaitable[None]],
    front: Front,
) -> AsyncIterator[None]:
    """Calls that are told where their sound belongs; it comes by the front's door for sound."""

    async def tell_where(connection: socket.socket) -> None:
        peer = ":".join(map(str, connection.getpeername()[:2]))
        place = places.reserve(peer)
        assert place, "there is no limit"
        try:
            _, call = await asyncio.open_connection(sock=connection)
            await hold_media(server, where, call, answer)
        finally:
            place.release()

    async with server:
        front.opens("media", server.adopt)
        front.opens("audiosocket", tell_where)
        yield
