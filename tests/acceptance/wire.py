"""A TCP connection between two programs that a test can cut, and mend again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

HOST = "127.0.0.1"


class Wire:
    """Whoever connects to ``port`` reaches ``target``; while it is cut, connections break at once."""

    def __init__(self, target: int) -> None:
        self.target = target
        """Port that the wire leads to; may be changed for the connections to come."""
        self.port = 0
        self._whole = True
        self._ends: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def to(cls, target: int, *, port: int = 0) -> AsyncIterator[Self]:
        wire = cls(target)
        server = await asyncio.start_server(wire._carry, HOST, port)
        wire.port = server.sockets[0].getsockname()[1]
        try:
            yield wire
        finally:
            server.close()
            wire.cut()
            await server.wait_closed()

    @property
    def connections(self) -> int:
        """How many lead through it now."""
        return len(self._ends) // 2

    def cut(self) -> None:
        """Break what leads through it, and all that comes until it is mended."""
        self._whole = False
        self.shake()

    def shake(self) -> None:
        """Break what leads through it now."""
        for end in tuple(self._ends):
            end.transport.abort()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, far_writer}
        self._ends |= both
        try:
            await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))
        finally:
            self._ends -= both


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
