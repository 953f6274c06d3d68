"""An HTTP server on a free port that answers as it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What came."""

    head: str
    """The first line and the headers."""
    body: bytes

    @property
    def path(self) -> str:
        return self.head.split()[1]


Answer = Callable[[Request], Awaitable[bytes]]
"""The bytes of the HTTP answer to a request."""


class HangUpError(Exception):
    """Raised by an answer: these bytes are sent, and the connection is closed."""


def http(status: int, body: str | bytes, *headers: str) -> bytes:
    """A whole answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


def gives(answer: bytes) -> Callable[[Any], Awaitable[bytes]]:
    """Every request is answered with these bytes."""

    async def give(_: Any) -> bytes:
        return answer

    return give


def cut(answer: bytes) -> Callable[[Any], Awaitable[bytes]]:
    """Every request is answered with the first half of these bytes."""

    async def give(_: Any) -> bytes:
        raise HangUpError(answer[: len(answer) // 2])

    return give


async def never(_: Any) -> bytes:
    """No request is answered."""
    await asyncio.Event().wait()
    raise AssertionError


class HttpEndpoint:
    """``answer`` may be changed at any time."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self._talks: set[asyncio.Task[Any]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """The base of its API."""
        return f"http://127.0.0.1:{self.port}/v1"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Listen."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.hang_up()
            await asyncio.gather(*self._talks, return_exceptions=True)

    def hang_up(self) -> None:
        """Close all connections, as servers do with those that are idle for long."""
        for talk in self._talks:
            talk.cancel()
        for writer in self._writers:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = asyncio.ensure_future(self._serve(reader, writer))
        self._talks.add(talk)
        self._writers.add(writer)
        await asyncio.wait([talk])
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := (await reader.readuntil(b"\r\n\r\n")).decode():
            lengths = [line for line in head.lower().split("\r\n") if line.startswith("content-length")]
            length = int(lengths[0].split(":")[1]) if lengths else 0
            request = Request(head, await reader.readexactly(length))
            self.requests.append(request)
            try:
                writer.write(await self.answer(request))
            except HangUpError as last:
                writer.write(last.args[0])
                return
            await writer.drain()
