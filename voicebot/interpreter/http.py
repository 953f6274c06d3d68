"""JSON posted to one HTTP address, over connections that stay open between requests.

A request that is cancelled takes its connection with it: nothing of it goes on behind the back of a call.
"""

from __future__ import annotations

import asyncio
import ssl
from http.client import parse_headers
from io import BytesIO
from typing import NamedTuple
from urllib.parse import urlsplit

from voicebot.errors import InterpreterError

LONGEST_ANSWER = 1 << 20
"""Bytes."""

_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class UnreachableError(InterpreterError):
    """The endpoint could not be reached, or did not do what it was asked for."""


class Response(NamedTuple):
    """An answer of the server's."""

    status: int
    body: bytes
    reusable: bool
    """The connection is still good for another request."""


class Endpoint:
    """One address that JSON is posted to."""

    def __init__(self, url: str, key: str = "") -> None:
        """``key`` is the bearer token; empty for none."""
        parts = urlsplit(url)
        self.host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        authorization = f"Authorization: Bearer {key}\r\n" if key else ""
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{authorization}"
            "Content-Type: application/json\r\nAccept: application/json\r\nUser-Agent: voicebot\r\n"
        )
        self._idle: list[_Line] = []

    async def post(self, body: bytes) -> Response:
        """The answer to ``body``.

        Raises:
            UnreachableError: there is none, or it is no HTTP.
        """
        try:
            return await self._posted(body)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise UnreachableError(f"{self.host} does not answer: {error or type(error).__name__}") from error

    def close(self) -> None:
        """Let go of all connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _posted(self, body: bytes) -> Response:
        if self._idle:
            try:
                return await self._exchanged(self._idle.pop(), body)
            except (ConnectionError, EOFError):
                self.close()  # the server had closed it meanwhile, and most likely the others
        line = await asyncio.open_connection(self.host, self._port, ssl=self._tls)
        return await self._exchanged(line, body)

    async def _exchanged(self, line: _Line, body: bytes) -> Response:
        reader, writer = line
        try:
            writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
            response = await _response(reader)
        except BaseException:
            writer.transport.abort()
            raise
        if response.reusable:
            self._idle.append(line)
        else:
            writer.close()
        return response


async def _response(reader: asyncio.StreamReader) -> Response:
    head = BytesIO(await reader.readuntil(b"\r\n\r\n"))
    version, status, *_ = head.readline().split()
    headers = parse_headers(head)
    keep = version == b"HTTP/1.1" and headers.get("Connection", "").lower() != "close"
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return Response(int(status), await _chunks(reader), keep)
    if (length := headers.get("Content-Length")) is not None:
        return Response(int(status), await reader.readexactly(_allowed(int(length))), keep)
    return Response(int(status), await reader.read(LONGEST_ANSWER), reusable=False)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        body += await reader.readexactly(_allowed(size, len(body)))
        await reader.readuntil(b"\r\n")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass  # trailers
    return body


def _allowed(size: int, so_far: int = 0) -> int:
    if not 0 <= size <= LONGEST_ANSWER - so_far:
        raise ValueError("an answer of such a length is none")
    return size
