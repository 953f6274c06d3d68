"""A connection to a server with the Wyoming protocol; one for each utterance, as its servers want it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from voicebot.errors import RemoteError
from voicebot.remote.settings import WyomingSettings
from voicebot.remote.wyoming_protocol import LONGEST_LINE, Event, Header, decoded, encoded


@asynccontextmanager
async def connected(server: WyomingSettings) -> AsyncIterator[WyomingConnection]:
    """A fresh connection; whatever is under way is dropped on leaving.

    Raises:
        RemoteError: the server is not there.
    """
    try:
        async with asyncio.timeout(server.connect_timeout):
            reader, writer = await asyncio.open_connection(server.host, server.port, limit=LONGEST_LINE)
    except OSError as error:  # TimeoutError is one
        raise RemoteError(f"{server.host}:{server.port} does not answer: {error or 'too late'}") from error
    try:
        yield WyomingConnection(f"{server.host}:{server.port}", reader, writer)
    finally:
        writer.transport.abort()


class WyomingConnection:
    """Events to and from a server."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._name = name
        self._reader = reader
        self._writer = writer

    async def send(self, event: Event) -> None:
        """Tell the server something.

        Raises:
            RemoteError: the connection broke.
        """
        try:
            self._writer.write(encoded(event))
            await self._writer.drain()
        except OSError as error:
            raise RemoteError(f"{self._name} broke off: {error}") from error

    async def receive(self) -> Event:
        """What the server tells next.

        Raises:
            RemoteError: the connection broke, the server is in trouble, or this is not the protocol.
        """
        try:
            event = await self._event()
        except (OSError, EOFError) as error:
            raise RemoteError(f"{self._name} broke off") from error
        except ValueError as error:
            raise RemoteError(f"{self._name} does not speak the Wyoming protocol") from error
        if event.type == "error":
            raise RemoteError(f"{self._name} is in trouble: {event.data.get('text', '')}")
        return event

    def abort(self) -> None:
        """Break off; whoever waits for an event hears of it."""
        self._writer.transport.abort()

    async def _event(self) -> Event:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        header = Header.model_validate_json(line)
        data = await self._reader.readexactly(header.data_length)
        return decoded(header, data, await self._reader.readexactly(header.payload_length))


async def require_service(server: WyomingSettings, kind: str) -> None:
    """See that the server is there and has a service of ``kind``: ``asr`` hears, ``tts`` speaks.

    Raises:
        RemoteError: it is not, or has not.
    """
    async with connected(server) as connection:
        await connection.send(Event("describe"))
        while (event := await connection.receive()).type != "info":
            pass
    if not event.data.get(kind):
        raise RemoteError(f"{server.host}:{server.port} has no {kind} service; see its host and port")
