"""Asterisk's end of a chan_websocket call, without a clock of its own."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Awaitable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from voicebot.bench.asterisk_queue import AsteriskQueue
from voicebot.media.chan_websocket import FORMATS
from voicebot.media.frame import Band


class HeardQueue(AsteriskQueue):
    """Remembers what the caller has heard."""

    def __init__(self, band: Band) -> None:
        super().__init__(band)
        self.heard: list[bytes] = []

    def tick(self) -> bytes | None:
        frame = super().tick()
        if frame is not None:
            self.heard.append(frame)
        return frame


class FakeMediaChannel:
    """The connection that Asterisk makes for a call's sound. Its caller hears when the test ticks."""

    def __init__(self, connection: ClientConnection, band: Band) -> None:
        self.queue = HeardQueue(band)
        self._connection = connection

    @classmethod
    async def dial(
        cls,
        uri: str,
        band: Band,
        *,
        user: str = "asterisk",
        password: str = "",
        protocols: tuple[str, ...] = ("media",),
    ) -> FakeMediaChannel:
        credentials = b64encode(f"{user}:{password}".encode()).decode()
        connection = await connect(
            uri,
            subprotocols=[Subprotocol(name) for name in protocols],
            additional_headers={"Authorization": f"Basic {credentials}"},
            compression=None,
            proxy=None,
        )
        return cls(connection, band)

    async def start(self, band: Band, **other: Any) -> None:
        start = {"event": "MEDIA_START", "format": FORMATS[band], "optimal_frame_size": band.frame_bytes}
        await self.say(**{**start, "ptime": 20, "channel_variables": {"A": "b"}, **other})

    async def say(self, **event: Any) -> None:
        await self._connection.send(json.dumps(event))

    async def speak(self, pcm: bytes) -> None:
        await self._connection.send(pcm)

    async def tick(self, times: int = 1) -> None:
        """Let 20 ms pass for the caller, and tell the bot what there is to tell."""
        for _ in range(times):
            self.queue.tick()
        await self._tell()

    async def run(self) -> None:
        """Take what the bot sends until the connection ends."""
        try:
            async for message in self._connection:
                self.queue.take(message)
                await self._tell()
                if self.queue.hung_up:
                    break
        except ConnectionClosed:
            pass
        await self._connection.close()

    async def ping(self) -> Awaitable[float]:
        return await self._connection.ping()

    async def close(self) -> None:
        await self._connection.close()

    async def _tell(self) -> None:
        said, self.queue.said = self.queue.said, []
        for event in said:
            await self.say(**event)
