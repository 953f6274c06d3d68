"""A worker's side: its signs of life, and the connections that the front brings."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import structlog

from voicebot.front.link import Link
from voicebot.front.messages import Beat, Brought, Door
from voicebot.front.workers import BEAT_SECONDS
from voicebot.settings import Settings
from voicebot.telephony.ari_front import app_of_worker

Take = Callable[[socket.socket], Awaitable[None]]

log = structlog.get_logger(__name__)


class Front:
    """The front, as a worker sees it."""

    def __init__(self, number: int, end: socket.socket) -> None:
        self.number = number
        self._end = end
        self._doors: dict[Door, Take] = {}
        self._ready = False
        self._taken = 0
        self._adopting: set[asyncio.Task[None]] = set()
        self._link: Link | None = None

    async def keep(self, stopping: asyncio.Event) -> None:
        """Give signs of life until cancelled. Without a front there is no way in: calls are finished then."""
        self._link = Link(self._end, self._take, stopping.set)
        try:
            while True:
                self._beat()
                await asyncio.sleep(BEAT_SECONDS)
        finally:
            self._link.close()

    def opens(self, door: Door, take: Take) -> None:
        """Connections for this door go to ``take``."""
        self._doors[door] = take

    def ready(self) -> None:
        """Calls may come."""
        self._ready = True
        self._beat()

    def asked(self, taken: int, who: str) -> None:
        """Places are taken, after ``who`` asked for one."""
        self._taken = taken
        self._beat(who)

    def _beat(self, asked: str = "") -> None:
        if self._link is not None:
            self._link.send(Beat(ready=self._ready, taken=self._taken, asked=asked))

    def _take(self, data: bytes, connection: socket.socket | None) -> None:
        assert connection is not None, "the front brings connections"
        adopting = asyncio.create_task(self._adopt(Brought.model_validate_json(data).door, connection))
        self._adopting.add(adopting)
        adopting.add_done_callback(self._adopting.discard)

    async def _adopt(self, door: Door, connection: socket.socket) -> None:
        try:
            await self._doors[door](connection)
        except (KeyError, OSError) as error:  # it broke on the way; the dialplan goes on
            log.warning("connection_not_taken", door=door, why=str(error))
            connection.close()


def settings_of_worker(settings: Settings, number: int, count: int = 1) -> Settings:
    """What is a worker's own: its ARI application, its page of metrics at the port behind the front's, and
    its share of each trunk, so that all ``count`` of them together keep to the carrier's limits."""
    ari = settings.ari.model_copy(
        update={"app": app_of_worker(settings.ari.app, number), "entrance": settings.ari.app}
    )
    port = settings.metrics.port and settings.metrics.port + number
    metrics = settings.metrics.model_copy(update={"port": port})
    trunks = {name: trunk.share(number, count) for name, trunk in settings.telephony.trunks.items()}
    telephony = settings.telephony.model_copy(update={"trunks": trunks})
    return settings.model_copy(update={"ari": ari, "metrics": metrics, "telephony": telephony})
