"""AudioSocket from Asterisk's side: a call that is brought to a bot."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Final, Protocol, cast
from uuid import uuid4

from voicebot.media.audiosocket_protocol import (
    CALL_NAMED,
    HANG_UP_MESSAGE,
    KEY,
    SAMPLING_RATES,
    header,
)


class Wire(Protocol):
    """The way to the bot, for one call."""

    on_sound: Callable[[bytes], None]
    """Gets each 20 ms that the caller hears; nobody does until it is set."""
    closed: asyncio.Future[None]
    """Done once the bot has hung up, or the connection broke."""

    def sound(self, pcm: bytes) -> None:
        """Send 20 ms of the caller's sound."""

    def key(self, key: str) -> None:
        """Send a pressed key."""

    def hang_up(self) -> None:
        """End the call."""


SOUND: Final = 0x10
"""Sound at 8 kHz."""
_HEADER: Final = struct.Struct(">BH")


class AudioSocketWire(asyncio.Protocol):
    """One connection; ``on_sound`` gets what the bot sends."""

    def __init__(self) -> None:
        self.on_sound: Callable[[bytes], None] = lambda pcm: None
        self.closed = asyncio.get_running_loop().create_future()
        self._rest = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(header(CALL_NAMED, 16) + uuid4().bytes)

    def data_received(self, data: bytes) -> None:
        data, at = self._rest + data, 0
        while len(data) - at >= _HEADER.size:
            kind, size = _HEADER.unpack_from(data, at)
            if len(data) - at - _HEADER.size < size:
                break
            at += _HEADER.size + size
            if kind in SAMPLING_RATES:
                self.on_sound(data[at - size : at])
        self._rest = data[at:]

    def connection_lost(self, error: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

    def sound(self, pcm: bytes) -> None:
        """Send 20 ms of the caller's sound."""
        if not self._transport.is_closing():
            self._transport.write(header(SOUND, len(pcm)) + pcm)

    def key(self, key: str) -> None:
        """Send a pressed key."""
        self._transport.write(header(KEY, 1) + key.encode())

    def hang_up(self) -> None:
        """End the call."""
        if not self._transport.is_closing():
            self._transport.write(HANG_UP_MESSAGE)
            self._transport.close()
