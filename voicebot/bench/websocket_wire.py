"""``chan_websocket`` from Asterisk's side: a call whose sound is brought to a bot, and its queue played."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from voicebot.bench.asterisk_queue import AsteriskQueue
from voicebot.bench.sounds import BAND
from voicebot.errors import MediaError
from voicebot.media.chan_websocket import FORMATS
from voicebot.media.frame import FRAME_SECONDS

_START = {
    "event": "MEDIA_START",
    "channel_id": "media-1",
    "format": FORMATS[BAND],
    "optimal_frame_size": BAND.frame_bytes,
    "ptime": round(FRAME_SECONDS * 1000),
}


async def bring_media(target: tuple[str, int]) -> ChanWebSocketWire:
    """The wire of one more call; ``target`` tells whoever connects where the sound of a new call belongs,
    as ARI does when it has a call's external media opened.

    Raises:
        MediaError: the bot does not take the call.
        OSError: nobody listens there.
    """
    reader, asking = await asyncio.open_connection(*target)
    uri = (await reader.readline()).decode().strip()
    asking.close()
    if not uri:
        raise MediaError("nobody says where the sound belongs: is it a bench serve --way chan_websocket?")
    wire, address = ChanWebSocketWire(uri), parse_uri(uri)
    await asyncio.get_running_loop().create_connection(lambda: wire, address.host, address.port)
    await wire.opened
    return wire


class ChanWebSocketWire(asyncio.Protocol):
    """One connection, dialled as Asterisk does it; ``on_sound`` gets each 20 ms that the caller hears."""

    def __init__(self, uri: str) -> None:
        self.on_sound: Callable[[bytes], None] = lambda pcm: None
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._queue = AsteriskQueue(BAND)
        self._session = ClientProtocol(parse_uri(uri), subprotocols=[Subprotocol("media")])
        self._transport: asyncio.Transport

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._session.send_request(self._session.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._session.receive_data(data)
        for event in self._session.events_received():
            if isinstance(event, Response):
                self._open()
            elif isinstance(event, Frame):
                self._take(event)
        self._flush()
        if self._queue.hung_up:
            self.hang_up()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(MediaError("the bot refused the connection for the call's sound"))
        if not self.closed.done():
            self.closed.set_result(None)

    # What the caller does

    def sound(self, pcm: bytes) -> None:
        """Send 20 ms of the caller's sound, and play what is due of the bot's."""
        if self._session.state is not State.OPEN:
            return
        self._session.send_binary(pcm)
        frame = self._queue.tick()
        self._flush()
        if frame is not None:
            self.on_sound(frame)

    def key(self, key: str) -> None:
        """Send a pressed key."""
        self._say({"event": "DTMF_END", "digit": key})
        self._flush()

    def hang_up(self) -> None:
        """End the call."""
        if self._session.state is State.OPEN:
            self._session.send_close()
            self._flush()
        self._transport.close()

    # The connection

    def _open(self) -> None:
        if self._session.handshake_exc is None:
            self._say(_START)
            self.opened.set_result(None)

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self._queue.take(bytes(frame.data))
        elif frame.opcode is Opcode.TEXT:
            self._queue.take(bytes(frame.data).decode())

    def _flush(self) -> None:
        said, self._queue.said = self._queue.said, []
        for event in said:
            self._say(event)
        for data in self._session.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()

    def _say(self, event: dict[str, object]) -> None:
        self._session.send_text(json.dumps(event).encode())
