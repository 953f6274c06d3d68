"""The ports of the front: connections are accepted here, and given to the workers as they are."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self
from urllib.parse import parse_qs

import structlog

from voicebot.errors import MediaError
from voicebot.media.audiosocket import BACKLOG

FIRST_LINE_SECONDS = 5.0
"""For a connection to say what it wants."""
LONGEST_LINE = 4096
LOOK_SECONDS = 0.005
"""Between two looks at a first line that comes in pieces, which it hardly ever does."""

log = structlog.get_logger(__name__)

Bring = Callable[[socket.socket], Awaitable[None]]
"""Finds somebody for a connection, which is closed here afterwards: whoever got it has it still."""


class Entrance:
    """A port that is listened on."""

    def __init__(self, name: str, host: str, port: int, bring: Bring) -> None:
        self._name = name
        self._address = (host, port)
        self._bring = bring
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            MediaError: the address or port cannot be had.
        """
        host, port = self._address
        try:
            family = (await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM))[0][0]
            self._listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise MediaError(
                f"cannot listen on {host}:{port} ({error.strerror}); stop what uses it, or set "
                f"{self._name}.host and {self._name}.port"
            ) from error
        self._listener.setblocking(False)
        self._spawn(self._accept(self._listener))
        log.info(f"{self._name}_listening", host=host, port=self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._listener is not None, "not open"
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        """Accept no more; closing twice is fine."""
        for task in self._tasks:
            task.cancel()
        if self._listener is not None:
            self._listener.close()

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._spawn(self._give(connection))

    async def _give(self, connection: socket.socket) -> None:
        with connection:
            await self._bring(connection)


async def worker_asked_for(connection: socket.socket) -> int | None:
    """Whose sound a websocket of Asterisk's brings, as its first line says, which is left unread."""
    with suppress(TimeoutError, OSError, ValueError, LookupError):
        async with asyncio.timeout(FIRST_LINE_SECONDS):
            line = await _first_line(connection)
        return int(parse_qs(line.split(" ")[1].partition("?")[2])["worker"][0])
    return None


async def _first_line(connection: socket.socket) -> str:
    while True:
        with suppress(BlockingIOError):
            seen = connection.recv(LONGEST_LINE, socket.MSG_PEEK)
            if b"\n" in seen or not seen or len(seen) == LONGEST_LINE:
                return seen.decode("latin-1")
        await asyncio.sleep(LOOK_SECONDS)
