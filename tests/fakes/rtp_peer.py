"""Asterisk's end of a call over RTP."""

from __future__ import annotations

import asyncio
from typing import cast

from voicebot.media.rtp import RtpPacket, packed, read_packet
from voicebot.media.udp import RtpLine


class Peer(asyncio.DatagramProtocol):
    """A UDP port that notes what comes in."""

    def __init__(self) -> None:
        self.heard: list[RtpPacket] = []
        self.socket: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.socket = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self.heard.append(read_packet(data))

    def send(self, line: RtpLine, packet: RtpPacket) -> None:
        self.socket.sendto(packed(packet), ("127.0.0.1", line.port))


async def peer() -> Peer:
    """One on a free port."""
    loop = asyncio.get_running_loop()
    return (await loop.create_datagram_endpoint(Peer, local_addr=("127.0.0.1", 0)))[1]
