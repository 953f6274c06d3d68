"""Asterisk's end of a chan_websocket call: its queue and its rules, without a clock of its own."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import deque
from collections.abc import Awaitable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from voicebot.media.chan_websocket import FORMATS, MOST_COMMAND_BYTES, MOST_MESSAGE_BYTES
from voicebot.media.frame import Band

XOFF, XON, FULL = 900, 800, 1000


class AsteriskQueue:
    """Takes our messages; every tick gives the 20 ms the caller hears. Pure.

    As ``chan_websocket.c`` does it: marks take no time, a flushed queue reports none, the last of a message
    that fills no frame is dropped, what comes beyond 1000 frames too, and commands over 128 bytes are not
    read.
    """

    def __init__(self, band: Band) -> None:
        self.said: list[dict[str, Any]] = []
        """Events, in order; whoever carries them empties it."""
        self.heard: list[bytes] = []
        """Frames of sound the caller has heard."""
        self.dropped = 0
        self.hung_up = False
        self._size = band.frame_bytes
        self._queue: deque[bytes | str] = deque()
        self._frames = 0
        self._paused = False
        self._full = False
        self._report_drained = False

    @property
    def frames(self) -> int:
        """How many wait."""
        return self._frames

    def take(self, message: bytes | str) -> None:
        assert len(message) <= MOST_MESSAGE_BYTES, "Asterisk closes the socket"
        if isinstance(message, bytes):
            self._take_sound(message)
        elif len(message) <= MOST_COMMAND_BYTES:
            self._take_command(json.loads(message))

    def tick(self) -> bytes | None:
        if self._paused:
            return None
        if self._full and self._frames < XON:
            self._full = False
            self._say("MEDIA_XON")
        if not self._queue and self._report_drained:
            self._report_drained = False
            self._say("QUEUE_DRAINED")
        while self._queue:
            item = self._queue.popleft()
            if isinstance(item, bytes):
                self._frames -= 1
                self.heard.append(item)
                return item
            self._say("MEDIA_MARK_PROCESSED", correlation_id=item)
        return None

    def _take_sound(self, pcm: bytes) -> None:
        if self._frames >= FULL:
            self.dropped += len(pcm) // self._size
            return
        for at in range(0, len(pcm) - len(pcm) % self._size, self._size):
            self._queue.append(pcm[at : at + self._size])
            self._frames += 1
            if not self._full and self._frames >= XOFF:
                self._full = True
                self._say("MEDIA_XOFF")

    def _take_command(self, fields: dict[str, Any]) -> None:
        match fields["command"]:
            case "MARK_MEDIA":
                self._queue.append(fields["correlation_id"])
            case "FLUSH_MEDIA":
                self._queue.clear()
                self._frames = 0
            case "PAUSE_MEDIA" | "CONTINUE_MEDIA" as command:
                self._paused = command == "PAUSE_MEDIA"
            case "REPORT_QUEUE_DRAINED":
                self._report_drained = True
            case "HANGUP":
                self.hung_up = True

    def _say(self, event: str, **fields: Any) -> None:
        self.said.append({"event": event, "channel_id": "media-1", **fields})


class FakeMediaChannel:
    """The connection that Asterisk makes for a call's sound. Its caller hears when the test ticks."""

    def __init__(self, connection: ClientConnection, band: Band) -> None:
        self.queue = AsteriskQueue(band)
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
