"""The sound of one SIP call: speaks and hears 20 ms packets, presses keys, and keeps all it heard."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from typing import NamedTuple, cast

import numpy as np

from tests.acceptance.rtp_packet import FRAME_TICKS, Packet, RtpError, key_events, parse
from tests.acceptance.sip_message import Media
from voicebot.media.clock import MediaClock
from voicebot.media.frame import AudioFrame, Band
from voicebot.media.g711 import pcm_to_ulaw, ulaw_to_pcm
from voicebot.media.paced import PacedTransport

LOUD = 600
"""Peak of a 16-bit frame that counts as somebody's voice."""
KEY_PAUSE_FRAMES = 4
"""Of sound between two keys."""
SILENCE_AFTER = 3
"""Frames without a packet: the other side is silent, and saves itself the packets."""


class SoundPacket(NamedTuple):
    """20 ms of sound that went over the wire."""

    at: float
    """By the event loop's clock."""
    pcm: bytes

    @property
    def loud(self) -> bool:
        return int(np.abs(np.frombuffer(self.pcm, "<i2").astype(np.int32)).max(initial=0)) >= LOUD


class RtpLine(asyncio.DatagramProtocol):
    """A caller's or an agent's end of the sound. ``LoopbackCaller`` is its twin without a network."""

    band = Band.NARROW

    def __init__(self) -> None:
        self.heard: list[SoundPacket] = []
        self.said: list[SoundPacket] = []
        self._handset = PacedTransport(
            "phone", Band.NARROW, MediaClock(), send=self._send, disconnect=lambda: None
        )
        self._transport: asyncio.DatagramTransport
        self._remote: Media | None = None
        self._sequence = random.randrange(0x8000)
        self._timestamp = random.randrange(0x80000000)
        self._ssrc = random.randrange(1 << 32)
        self._keys: deque[str] = deque()
        self._events: deque[bytes] = deque()
        self._event_start = 0
        self._pause = 0
        self._missing = 0
        self._arrived = asyncio.Event()

    @classmethod
    async def open(cls) -> RtpLine:
        """Take a free port of the loopback address."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_datagram_endpoint(cls, local_addr=("127.0.0.1", 0))
        return line

    @property
    def port(self) -> int:
        """Where the other side is to send its sound."""
        return int(self._transport.get_extra_info("sockname")[1])

    def start(self, remote: Media) -> None:
        """Begin to send, silence at first."""
        if self._remote is None:
            self._handset.start()
        self._remote = remote

    def close(self) -> None:
        """The call is over."""
        self._handset.end()
        self._transport.close()

    # What a person with a telephone can do

    def speak(self, pcm: bytes) -> None:
        """Say 16-bit mono sound of 8 kHz after what is still to be said."""
        self._handset.play(pcm)

    def press(self, key: str) -> None:
        """Press a telephone key after those still to be pressed."""
        self._keys.append(key)

    async def hearing(self) -> AsyncIterator[AudioFrame]:
        """What comes in, 20 ms each, until the call is over."""
        async for sound in self._handset.incoming():
            if isinstance(sound, AudioFrame):
                yield sound

    async def hears_voice(self, *, seconds: float = 0.2) -> None:
        """Wait until that much of somebody's voice has come in from now on."""
        wanted = round(seconds / 0.02)
        heard = len(self.heard)
        while sum(frame.loud for frame in self.heard[heard:]) < wanted:
            await self.hears_anything()

    async def hears_silence(self, *, seconds: float = 0.6) -> None:
        """Wait until nobody's voice has come in for so long."""
        clock, begun = asyncio.get_running_loop().time, len(self.heard)
        since = clock()
        while (left := since + seconds - clock()) > 0:
            await asyncio.sleep(left)
            since = max((frame.at for frame in self.heard[begun:] if frame.loud), default=since)

    async def hears_anything(self) -> None:
        """Wait for the next packet of sound."""
        self._arrived.clear()
        await self._arrived.wait()

    def loud_since(self, at: float) -> list[SoundPacket]:
        """The packets with somebody's voice that came in after a moment of the event loop's clock."""
        return [frame for frame in self.heard if frame.at > at and frame.loud]

    # What asyncio and the clock call

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        try:
            packet = parse(data)
        except RtpError:
            return
        if packet.payload_type == 0:
            pcm = ulaw_to_pcm(packet.payload)
            self.heard.append(SoundPacket(asyncio.get_running_loop().time(), pcm))
            self._handset.receive(pcm)
            self._missing = 0
            self._arrived.set()

    def _send(self, pcm: bytes) -> None:
        assert self._remote is not None
        self._missing += 1
        if self._missing > SILENCE_AFTER:
            self._handset.receive(bytes(len(pcm)))
        self._timestamp += FRAME_TICKS
        if not self._events and self._keys and self._pause <= 0:
            self._events.extend(key_events(self._keys.popleft()))
            self._event_start, self._pause = self._timestamp, KEY_PAUSE_FRAMES
            self._send_key(first=True)
        elif self._events:
            self._send_key(first=False)
        else:
            self._pause -= 1
            self.said.append(SoundPacket(asyncio.get_running_loop().time(), pcm))
            self._put(Packet(0, self._sequence, self._timestamp, self._ssrc, pcm_to_ulaw(pcm)))

    def _send_key(self, *, first: bool) -> None:
        assert self._remote is not None
        kind = self._remote.event_type
        event = self._events.popleft()
        self._put(Packet(kind, self._sequence, self._event_start, self._ssrc, event, first))
        if self._events and self._events[0][1] & 0x80:
            self._send_key(first=False)

    def _put(self, packet: Packet) -> None:
        assert self._remote is not None
        self._transport.sendto(packet.encode(), (self._remote.host, self._remote.port))
        self._sequence += 1
