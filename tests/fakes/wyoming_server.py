"""A server with the Wyoming protocol on a free port that answers as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from voicebot.remote.settings import WyomingSettings
from voicebot.remote.wyoming_protocol import Event, encoded

Answer = Callable[["WyomingTalk"], Awaitable[None]]
"""What a server does with a connection."""


class WyomingTalk:
    """One connection, as the server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.heard: list[Event] = []

    async def listen(self, until: str) -> Event:
        """Take events up to one of a type."""
        while True:
            header = json.loads(await self.reader.readuntil(b"\n"))
            sound = await self.reader.readexactly(header.get("payload_length", 0))
            self.heard.append(Event(header["type"], header.get("data", {}), sound))
            if header["type"] == until:
                return self.heard[-1]

    def say(self, kind: str, data: dict[str, Any] | None = None, sound: bytes = b"") -> None:
        """Send an event."""
        self.writer.write(encoded(Event(kind, data or {}, sound)))

    def say_apart(self, kind: str, data: dict[str, Any]) -> None:
        """Send an event with its data behind the line, as newer servers do."""
        more = json.dumps(data).encode()
        line = json.dumps({"type": kind, "version": "1.8.0", "data_length": len(more)})
        self.writer.write(line.encode() + b"\n" + more)


class WyomingServer:
    """Hands every connection to ``answer``, and hangs up when that is done."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.talks: list[WyomingTalk] = []
        self.port = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def settings(self) -> WyomingSettings:
        """What leads here."""
        return WyomingSettings(host="127.0.0.1", port=self.port, connect_timeout=30.0)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[WyomingServer]:
        """Listen."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = WyomingTalk(reader, writer)
        self.talks.append(talk)
        task = asyncio.ensure_future(self.answer(talk))
        self._tasks.add(task)
        await asyncio.wait([task])
        writer.close()
