"""RTP packets (RFC 3550) with G.711 (RFC 3551) and telephone keys (RFC 4733). Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from struct import Struct
from typing import Final, NamedTuple

from voicebot.errors import MediaError
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, Band
from voicebot.media.g711 import alaw_to_pcm, pcm_to_alaw, pcm_to_ulaw, ulaw_to_pcm
from voicebot.media.jitter import JitterBuffer

FRAME_TICKS: Final = int(Band.NARROW * FRAME_SECONDS)
"""Timestamps count samples at 8 kHz: so many to a frame."""
KEY_TYPE: Final = 101
"""Payload type of keys: dynamic, but 101 wherever Asterisk has the choice."""
MOST_SILENCE_TICKS: Final = Band.NARROW * 2
"""A pause of the sender is filled with silence up to two seconds; a longer one is a new beginning."""

_HEADER: Final = Struct(">BBHII")
_EXTENSION: Final = Struct(">HH")
_KEY_EVENT: Final = Struct(">BBH")
_KEYS: Final = "0123456789*#ABCD"


class RtpError(MediaError):
    """The peer sent what is no RTP packet."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"no RTP packet: {reason}; does something else than Asterisk send here?")
        self.reason = reason


class Codec(IntEnum):
    """What carries the sound, by its static payload type."""

    ULAW = 0
    ALAW = 8

    @property
    def decode(self) -> Callable[[bytes], bytes]:
        """From the wire to 16-bit PCM."""
        return ulaw_to_pcm if self is Codec.ULAW else alaw_to_pcm

    @property
    def encode(self) -> Callable[[bytes], bytes]:
        """From 16-bit PCM to the wire."""
        return pcm_to_ulaw if self is Codec.ULAW else pcm_to_alaw


class RtpPacket(NamedTuple):
    """One packet."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    """First of a stretch of sound, or of a key."""


class Key(NamedTuple):
    """The other side pressed a key."""

    key: str


def read_packet(data: bytes) -> RtpPacket:
    """A packet from the wire; contributing sources, extension and padding are taken off.

    Raises:
        RtpError: it is none.
    """
    if len(data) < _HEADER.size:
        raise RtpError(f"{len(data)} bytes")
    flags, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if flags >> 6 != 2:
        raise RtpError(f"version {flags >> 6}")
    begin = _HEADER.size + 4 * (flags & 0x0F)
    if flags & 0x10:
        begin = _after_extension(data, begin)
    end = len(data) - (data[-1] if flags & 0x20 else 0)
    if begin > end:
        raise RtpError("shorter than its header says")
    return RtpPacket(kind & 0x7F, sequence, timestamp, ssrc, data[begin:end], bool(kind & 0x80))


def packed(packet: RtpPacket) -> bytes:
    """A packet for the wire."""
    kind = packet.payload_type | packet.marker << 7
    header = _HEADER.pack(0x80, kind, packet.sequence & 0xFFFF, packet.timestamp & 0xFFFFFFFF, packet.ssrc)
    return header + packet.payload


class RtpReceiver:
    """Turns what comes in from one sender into sound without gaps, and keys."""

    def __init__(self, codec: Codec, key_type: int = KEY_TYPE) -> None:
        self._codec = codec
        self._key_type = key_type
        self._buffer: JitterBuffer[RtpPacket] = JitterBuffer()
        self._ssrc: int | None = None
        self._next_timestamp: int | None = None
        self._key_timestamp: int | None = None

    @property
    def lost(self) -> int:
        """Packets that never came, or too late."""
        return self._buffer.lost

    def receive(self, data: bytes) -> list[bytes | Key]:
        """Sound (16-bit PCM at 8 kHz) and keys that are ready once ``data`` has come.

        Raises:
            RtpError: it is no RTP packet.
        """
        packet = read_packet(data)
        if packet.ssrc != self._ssrc:
            self._begin(packet.ssrc)
        ready: list[bytes | Key] = []
        for due in self._buffer.put(packet.sequence, packet):
            ready.extend(self._sound(due) if due.payload_type == self._codec else self._key(due))
        return ready

    def _begin(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._buffer.restart()
        self._next_timestamp = self._key_timestamp = None

    def _sound(self, packet: RtpPacket) -> list[bytes | Key]:
        silence = self._silence_before(packet)
        self._next_timestamp = packet.timestamp + len(packet.payload) & 0xFFFFFFFF
        pcm = self._codec.decode(packet.payload)
        return [bytes(silence * BYTES_PER_SAMPLE), pcm] if silence else [pcm]

    def _silence_before(self, packet: RtpPacket) -> int:
        """Samples that are missing: the sender lost them, paused, or pressed a key."""
        if self._next_timestamp is None:
            return 0
        missing = packet.timestamp - self._next_timestamp & 0xFFFFFFFF
        return missing if missing <= MOST_SILENCE_TICKS else 0

    def _key(self, packet: RtpPacket) -> list[bytes | Key]:
        """A key is repeated in many packets of one timestamp: the first to come counts."""
        repeated = packet.timestamp == self._key_timestamp
        if packet.payload_type != self._key_type or repeated or len(packet.payload) < _KEY_EVENT.size:
            return []
        self._key_timestamp = packet.timestamp
        number = packet.payload[0]
        return [Key(_KEYS[number])] if number < len(_KEYS) else []


class RtpSender:
    """Numbers and dates what we send."""

    def __init__(self, codec: Codec, *, ssrc: int, sequence: int, timestamp: int) -> None:
        """The three begin at random values, so that nobody can guess their way into the stream."""
        self._codec = codec
        self._ssrc = ssrc
        self._sequence = sequence
        self._timestamp = timestamp
        self._first = True

    def packet(self, pcm: bytes) -> bytes:
        """20 ms of 16-bit PCM at 8 kHz, for the wire."""
        payload = self._codec.encode(pcm)
        packet = RtpPacket(
            self._codec, self._sequence, self._timestamp, self._ssrc, payload, marker=self._first
        )
        self._first = False
        self._sequence = self._sequence + 1 & 0xFFFF
        self._timestamp = self._timestamp + len(payload) & 0xFFFFFFFF
        return packed(packet)


def _after_extension(data: bytes, begin: int) -> int:
    if len(data) < begin + _EXTENSION.size:
        raise RtpError("shorter than its header says")
    _, words = _EXTENSION.unpack_from(data, begin)
    return int(begin + _EXTENSION.size + 4 * words)
