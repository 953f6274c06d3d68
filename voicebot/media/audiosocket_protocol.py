"""Asterisk AudioSocket on the wire. Pure.

A message is one byte of kind, two bytes of length (big-endian) and a payload; sound is 16-bit
little-endian mono. The peer names the call first (``CallNamed``), then sends sound and keys. Source:
Asterisk's ``res_audiosocket`` and its AudioSocket documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from voicebot.errors import MediaError

HANG_UP: Final = 0x00
CALL_NAMED: Final = 0x01
KEY: Final = 0x03
ERROR: Final = 0xFF

SAMPLING_RATES: Final = {
    0x10: 8000,
    0x11: 12000,
    0x12: 16000,
    0x13: 24000,
    0x14: 32000,
    0x15: 44100,
    0x16: 48000,
    0x17: 96000,
    0x18: 192000,
}
"""Hertz for each kind of sound."""

TELEPHONE_KEYS: Final = frozenset("0123456789*#ABCD")

_HEADER: Final = Struct(">BH")
_PAYLOAD_SIZES: Final = {HANG_UP: (0,), CALL_NAMED: (16,), KEY: (1,), ERROR: (0, 1)}
_SOUND_KINDS: Final = frozenset(SAMPLING_RATES)


class AudioSocketError(MediaError):
    """The peer sent what is no AudioSocket message."""

    def __init__(self, reason: str, check: str) -> None:
        super().__init__(f"{reason}: {check}")
        self.reason = reason
        self.check = check
        """What the operator should look at."""


class CallNamed(NamedTuple):
    """The peer's identity for this call: always its first message."""

    call_id: str


class Sound(NamedTuple):
    """Some of the caller's sound, usually 20 ms."""

    pcm: bytes
    kind: int
    """A key of ``SAMPLING_RATES``."""


class Key(NamedTuple):
    """The caller pressed a key."""

    key: str


class PeerHungUp(NamedTuple):
    """The peer is done with this call."""


class PeerFailed(NamedTuple):
    """The peer gave the call up because of an error of its own."""

    code: int


Message = CallNamed | Sound | Key | PeerHungUp | PeerFailed


def header(kind: int, size: int) -> bytes:
    """What goes in front of ``size`` bytes of payload."""
    return _HEADER.pack(kind, size)


HANG_UP_MESSAGE: Final = header(HANG_UP, 0)
HAND_BACK_MESSAGE: Final = header(ERROR, 1) + b"\0"
"""We are done, the caller is not. For Asterisk the application has failed, and ``TRYSTATUS`` tells so in the
dialplan; after ``HANG_UP``, or a connection that just ends, it has succeeded."""


class MessageReader:
    """Cuts what comes from one peer into messages, however the network has cut it."""

    __slots__ = ("_named", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._named = False

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that ``data`` completes, in order; take them all before feeding more.

        Raises:
            AudioSocketError: at the place where the peer went wrong; nothing can be read after it.
        """
        data = self._rest + data
        position, size = 0, len(data)
        while size - position >= _HEADER.size:
            kind, length = _HEADER.unpack_from(data, position)
            self._check(kind, length)
            start = position + _HEADER.size
            position = start + length
            if position > size:
                position = start - _HEADER.size
                break
            if kind in _SOUND_KINDS:
                yield Sound(data[start:position], kind)
            else:
                yield from self._other(kind, data[start:position])
        self._rest = data[position:]

    def _check(self, kind: int, length: int) -> None:
        if kind in _SOUND_KINDS:
            if not self._named:
                raise _before_the_name("sound")
            if length & 1:
                raise AudioSocketError(
                    f"sound of {length} bytes", "samples have two bytes each; is the peer sending G.711?"
                )
        elif kind not in _PAYLOAD_SIZES:
            raise AudioSocketError(
                f"unknown kind 0x{kind:02x}", "does something other than Asterisk AudioSocket use this port?"
            )
        elif length not in _PAYLOAD_SIZES[kind]:
            raise AudioSocketError(
                f"kind 0x{kind:02x} with {length} bytes",
                "does the peer speak another version of AudioSocket?",
            )

    def _other(self, kind: int, payload: bytes) -> Iterator[Message]:
        if kind == HANG_UP:
            yield PeerHungUp()
        elif kind == ERROR:
            yield PeerFailed(payload[0] if payload else 0)
        elif kind == CALL_NAMED:
            if self._named:
                raise AudioSocketError("a second call identity", "each call needs a connection of its own")
            self._named = True
            yield CallNamed(str(UUID(bytes=payload)))
        else:
            yield from self._key(payload)

    def _key(self, payload: bytes) -> Iterator[Key]:
        """Asterisk also reports what no finger presses, such as ``f`` for a fax tone: nothing to hear."""
        if not self._named:
            raise _before_the_name("a key")
        key = payload.decode("latin-1").upper()
        if key in TELEPHONE_KEYS:
            yield Key(key)


def _before_the_name(what: str) -> AudioSocketError:
    return AudioSocketError(
        f"{what} before the call's identity",
        "AudioSocket() in the dialplan needs a UUID as its first argument",
    )
