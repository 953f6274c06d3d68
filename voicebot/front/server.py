"""The front: calls come in here, and each goes to the worker with the fewest.

It loads no recogniser and no voice. So it is there in half a second, and when a worker dies it sends that
worker's callers on to people at once, where a lone server's would wait in silence until it is started again.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import structlog

from voicebot.app import open_store, told_to_stop
from voicebot.errors import SettingsError, VoicebotError
from voicebot.front.entrances import Entrance, worker_asked_for
from voicebot.front.messages import Beat
from voicebot.front.seats import Seats
from voicebot.front.workers import Told, Workers
from voicebot.metrics.catalogue import CALLS_WITHOUT_PLACE, WORKERS_REPLACED
from voicebot.metrics.panel import Panel
from voicebot.metrics.prometheus import open_panel
from voicebot.settings import Settings
from voicebot.telephony.ari_front import AriFront

TAKEN_SECONDS = 2.0
"""For a worker to speak of a call that it was given: a thousand times what it takes."""

log = structlog.get_logger(__name__)


async def serve_with_workers(
    settings: Settings,
    count: int,
    config: Path | None,
    *,
    work: Sequence[str] = ("worker",),
    brings_sound: bool = False,
    on_ready: Callable[[int], None] = lambda port: None,
) -> None:
    """Answer calls with ``count`` workers until SIGTERM or SIGINT; then let those in progress finish.

    ``work`` is the command of voicebot that each of them runs; ``brings_sound`` opens the port for sound of
    ``chan_websocket`` without ARI as well. ``on_ready`` is told the AudioSocket port once
    all take calls.

    Raises:
        AriRefusedError: Asterisk will not have us.
        MediaError: a port cannot be had.
        SettingsError: these settings are not for workers.
        StoreError: the database cannot be opened.
        WorkerError: a worker cannot start, and has said why.
    """
    _require_workable(settings)
    stopping = told_to_stop()
    async with (
        open_store(settings),
        open_panel(settings.metrics) as panel,
    ):  # the database is in order before any worker
        command = partial(_command, work, config)
        await _FrontServer(settings, count, command, panel, on_ready, brings_sound).run(stopping)


class _FrontServer:
    def __init__(
        self,
        settings: Settings,
        count: int,
        command: Callable[[int, int], list[str]],
        panel: Panel,
        on_ready: Callable[[int], None],
        brings_sound: bool,
    ) -> None:
        self._settings = settings
        self._count = count
        self._on_ready: Callable[[int], None] | None = on_ready
        self._lent: Entrance | None = None
        self._panel = panel
        self._seats = Seats(settings.calls.at_most)
        told = Told(self._on_beat, self._on_gone, lambda: panel.count(WORKERS_REPLACED))
        self._workers = Workers(count, command, told)
        self._ari: AriFront | None = None
        if settings.ari.password.get_secret_value():
            self._ari = AriFront(
                settings.ari, settings.telephony, reserve=self._reserve, release=self._seats.release
            )
        self._brings_sound = brings_sound or self._ari is not None

    async def run(self, stopping: asyncio.Event) -> None:
        async with AsyncExitStack() as opened:
            if self._settings.audiosocket.enabled:
                where = self._settings.audiosocket
                self._lent = Entrance("audiosocket", where.host, where.port, self._bring_call)
                await opened.enter_async_context(self._lent)
            if self._brings_sound:
                media = self._settings.media
                await opened.enter_async_context(Entrance("media", media.host, media.port, self._bring_sound))
            try:
                await self._work(stopping)
            except* VoicebotError as failed:
                raise failed.exceptions[0] from None

    async def _work(self, stopping: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(self._see_to_overdue())]
            if self._ari:
                beside.append(tasks.create_task(self._ari.run()))
            working = tasks.create_task(self._workers.run())
            stopped = tasks.create_task(stopping.wait())
            await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                log.info("draining", door="front", workers=self._seats.open)
                if self._lent:
                    self._lent.close()
                if self._ari:
                    self._ari.drain()
                self._workers.stop()
                await asyncio.wait((working,))
            for task in (*beside, stopped):
                task.cancel()

    # Which worker

    def _reserve(self, call: str) -> int | None:
        worker = self._seats.reserve(call, time.monotonic())
        if worker is None:
            self._panel.count(CALLS_WITHOUT_PLACE)
        return worker

    def _on_beat(self, worker: int, beat: Beat) -> None:
        if beat.ready:
            self._seats.told(worker, beat.taken, beat.asked)
            self._tell_ready()

    def _tell_ready(self) -> None:
        if self._on_ready and self._lent and len(self._seats.open) == self._count:
            self._on_ready(self._lent.port)
            self._on_ready = None

    def _on_gone(self, worker: int) -> None:
        on_the_way = self._seats.close(worker)
        if self._ari:
            for call in on_the_way:
                self._ari.not_taken(call)
            self._ari.rescue(worker)

    async def _see_to_overdue(self) -> None:
        while True:
            await asyncio.sleep(TAKEN_SECONDS / 4)
            for call in self._seats.overdue(time.monotonic() - TAKEN_SECONDS):
                self._seats.release(call)
                if self._ari:
                    self._ari.not_taken(call)

    # Connections

    async def _bring_call(self, connection: socket.socket) -> None:
        peer = ":".join(map(str, connection.getpeername()[:2]))
        worker = self._reserve(peer)
        if worker is None:
            log.warning("no_place", door="audiosocket", peer=peer)
        elif not self._workers.bring(worker, "audiosocket", connection):
            self._seats.release(peer)

    async def _bring_sound(self, connection: socket.socket) -> None:
        worker = await worker_asked_for(connection)
        if worker is None or not self._workers.bring(worker, "media", connection):
            log.warning("media_refused", peer=str(connection.getpeername()), worker=worker)


def _require_workable(settings: Settings) -> None:
    settings.require_heard()
    if not (settings.audiosocket.enabled or settings.ari.password.get_secret_value()):
        raise SettingsError("no door is open: set VOICEBOT_ARI__PASSWORD, or audiosocket.enabled to true")
    if settings.ari.connection == "listen":
        raise SettingsError(
            "workers dial Asterisk, each for itself: set ari.connection to dial, or leave --workers out"
        )


def _command(work: Sequence[str], config: Path | None, number: int, link: int) -> list[str]:
    where = ["--config", str(config)] if config else []
    return [sys.executable, "-m", "voicebot", *work, str(number), str(link), *where]
