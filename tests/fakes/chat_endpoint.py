"""An OpenAI-compatible chat endpoint on a free port that answers as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from voicebot.interpreter.settings import InterpreterSettings

Answer = Callable[[dict[str, Any]], Awaitable[bytes]]
"""The bytes of the HTTP answer to a request's body."""


def http(status: int, body: str, *headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body.encode())}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def completion(content: object) -> str:
    """The body of a chat completion; what is no text is written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]})


def says(content: object) -> Answer:
    """Every question is answered so."""
    return gives(http(200, completion(content)))


def gives(answer: bytes) -> Answer:
    """Every request is answered with these bytes."""

    async def give(_: dict[str, Any]) -> bytes:
        return answer

    return give


async def never(_: dict[str, Any]) -> bytes:
    """No request is answered."""
    await asyncio.Event().wait()
    raise AssertionError


class ChatEndpoint:
    """``answer`` may be changed at any time."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.connections = 0
        self.port = 0
        self._talks: set[asyncio.Task[Any]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    def settings(self, **more: Any) -> InterpreterSettings:
        """What leads here; on a busy machine everything but silence is in time."""
        told = {"base_url": f"http://127.0.0.1:{self.port}/v1", "model": "small", "timeout": 5.0}
        return InterpreterSettings.model_validate(told | more)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ChatEndpoint]:
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
            length = next(line for line in head.split("\r\n") if line.lower().startswith("content-length"))
            body = json.loads(await reader.readexactly(int(length.split(":")[1])))
            self.heads.append(head)
            self.requests.append(body)
            writer.write(await self.answer(body))
            await writer.drain()
