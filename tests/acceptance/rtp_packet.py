"""RTP packets with mu-law sound or telephone keys. Pure.

Sources: RFC 3550 (RTP), RFC 4733 (telephone events).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

FRAME_TICKS = 160
"""Of the 8 kHz clock, in 20 ms."""
KEYS = "0123456789*#ABCD"
KEY_FRAMES = 6
"""A key is held for 120 ms."""
END_REPEATS = 3
_HEADER = Struct(">BBHII")
_EVENT = Struct(">BBH")
_END_BIT = 0x80
_VOLUME = 10
"""Decibels below the loudest."""


class RtpError(Exception):
    """The peer sent what is no RTP packet."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def encode(self) -> bytes:
        """As it goes over the wire."""
        second = self.payload_type | (0x80 if self.marker else 0)
        header = _HEADER.pack(0x80, second, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.ssrc)
        return header + self.payload


def parse(datagram: bytes) -> Packet:
    """Read one datagram.

    Raises:
        RtpError: it is no RTP packet.
    """
    if len(datagram) < _HEADER.size:
        raise RtpError("shorter than a header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(datagram)
    if first >> 6 != 2:
        raise RtpError("not version 2")
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(datagram) < start + 4:
            raise RtpError("cut off in its extension")
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4])
    end = len(datagram) - (datagram[-1] if first & 0x20 else 0)
    if start > end:
        raise RtpError("cut off")
    return Packet(second & 0x7F, sequence, timestamp, ssrc, datagram[start:end], bool(second & 0x80))


def key_events(key: str) -> Iterator[bytes]:
    """The payloads that press, hold and release a key, one for each 20 ms but the last, which go at once."""
    for frame in range(1, KEY_FRAMES + 1):
        yield _EVENT.pack(KEYS.index(key), _VOLUME, frame * FRAME_TICKS)
    for _ in range(END_REPEATS):
        yield _EVENT.pack(KEYS.index(key), _VOLUME | _END_BIT, KEY_FRAMES * FRAME_TICKS)
