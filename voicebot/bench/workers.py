"""The bot of the load test behind a front that hands calls to several processes, as of serve --workers."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from voicebot.app import told_to_stop
from voicebot.bench.serve import HUSH, OneMatter, hold_one, open_bench
from voicebot.front.server import serve_with_workers
from voicebot.front.worker import Front
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.places import Places
from voicebot.reception import Reception
from voicebot.settings import Settings
from voicebot.store.memory import MemoryStore


async def serve_bench_with_workers(settings: Settings, port: int, count: int, config: Path | None) -> None:
    """Answer every AudioSocket call on ``port`` of the loopback address with one of ``count`` workers.

    Raises:
        MediaError: the port cannot be had.
        StoreError: the database cannot be opened.
        WorkerError: a worker cannot start, and has said why.
    """
    lent = {"enabled": True, "host": "127.0.0.1", "port": port}
    alone = settings.model_copy(
        update={
            "audiosocket": settings.audiosocket.model_copy(update=lent),
            "ari": settings.ari.model_copy(update={"password": SecretStr("")}),
            "calls": settings.calls.model_copy(update={"at_most": 0}),
        }
    )
    await serve_with_workers(
        alone,
        count,
        config,
        work=("bench", "worker"),
        on_ready=lambda at: print(f"ready on 127.0.0.1:{at}", flush=True),
    )


async def work_for_bench(settings: Settings, front: Front) -> None:
    """Hold the calls that the front brings, until it ends or we are told to stop.

    Raises:
        SpeechError: an engine cannot start.
    """
    stopping, matters = told_to_stop(), OneMatter()
    async with open_bench(settings, matters, MemoryStore()) as stations:
        places = Places(on_change=lambda who: front.asked(places.taken, who))
        lent = settings.audiosocket.model_copy(update={"hush_seconds": HUSH})
        answer = partial(hold_one, Reception(stations), matters)
        async with AudioSocketServer(answer, lent, MediaClock(), places, listens=False) as server:
            front.opens("audiosocket", server.adopt)
            front.ready()
            keeping = asyncio.create_task(front.keep(stopping))
            await stopping.wait()
            keeping.cancel()
