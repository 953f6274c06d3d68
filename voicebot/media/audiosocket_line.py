"""One AudioSocket connection, from its first byte to its last."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol, cast

import structlog

from voicebot.media.audiosocket_protocol import (
    HAND_BACK_MESSAGE,
    HANG_UP_MESSAGE,
    SAMPLING_RATES,
    AudioSocketError,
    CallNamed,
    Key,
    Message,
    MessageReader,
    PeerFailed,
    Sound,
    header,
)
from voicebot.media.clock import MediaClock
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, Band
from voicebot.media.paced import PacedTransport
from voicebot.media.resample import LiveResampler

NAMING_SECONDS = 5.0
"""Until a connection that has not named its call is closed."""
FIRST_SOUND_SECONDS = 1.0
"""Until a call that brings no sound is taken as narrow-band."""
LINGER_SECONDS = 2.0
"""For a peer to take the last bytes after we hung up."""
SEND_BUFFER_BYTES = 65536
"""Of sound the peer does not read, in this process and in the kernel each; then frames are dropped, because
a caller is better served by a gap than by sound from long ago."""

_NARROW_KIND = 0x10
_NARROW_SILENCE = header(_NARROW_KIND, Band.NARROW.frame_bytes) + bytes(Band.NARROW.frame_bytes)

log = structlog.get_logger()


class Exchange(Protocol):
    """Where lines come together."""

    def connected(self, line: AudioSocketLine) -> bool:
        """A peer has connected; False when there is no room for it."""

    def answered(self, line: AudioSocketLine, call: PacedTransport) -> None:
        """The line carries a call."""

    def disconnected(self, line: AudioSocketLine) -> None:
        """The line is gone."""


class AudioSocketLine(asyncio.Protocol):
    """Turns a peer's messages into a call, and the call's frames into messages.

    Silence flows to the peer from the moment it has named its call: an Asterisk that receives nothing
    can wedge (asterisk/asterisk issues 2078 and 2089).
    """

    def __init__(self, exchange: Exchange, clock: MediaClock, hush_seconds: float) -> None:
        self.unsent_frames = 0
        """Frames dropped because the peer did not read."""
        self.peer = ""
        self.hands_back = False
        """Whether the caller is to be served by the peer when we hang up."""
        self._exchange = exchange
        self._clock = clock
        self._hush_seconds = hush_seconds
        self._reader = MessageReader()
        self._transport: asyncio.Transport
        self._deadline: asyncio.TimerHandle | None = None
        """One at a time: for the name, the first sound, the end."""
        self._call_id = ""
        self._call: PacedTransport | None = None
        self._over = False
        self._congested = False
        self._kind = -1
        self._header = b""
        self._from_peer: LiveResampler | None = None
        self._to_peer: LiveResampler | None = None

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.peer = ":".join(map(str, (transport.get_extra_info("peername") or ())[:2]))
        self._expect(NAMING_SECONDS, self._name_missing)
        if self._exchange.connected(self):
            self._send_promptly()
        else:
            self.hands_back = True
            self.hang_up()

    def data_received(self, data: bytes) -> None:
        try:
            for message in self._reader.feed(data):
                if self._over:
                    break
                self._take(message)
        except AudioSocketError as error:
            self._give_up(error)

    def pause_writing(self) -> None:
        self._congested = True

    def resume_writing(self) -> None:
        self._congested = False

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        self._end()
        self._call = None  # it knows the line: without this only the garbage collector would free the two
        self._exchange.disconnected(self)

    # What the clock and the call use

    @property
    def call_id(self) -> str:
        """The peer's name for the call; empty until it has told it."""
        return self._call_id

    def tick(self) -> None:
        """Send silence until the call is answered and ticks for itself."""
        self._transport.write(_NARROW_SILENCE)

    def hang_up(self) -> None:
        """End the call from our side."""
        self._end()
        if self._congested:
            self._transport.abort()
        elif not self._transport.is_closing():
            self._transport.write(HAND_BACK_MESSAGE if self.hands_back else HANG_UP_MESSAGE)
            self._transport.close()
            self._expect(LINGER_SECONDS, self._transport.abort)

    def _send(self, frame: bytes) -> None:
        if self._congested:
            self.unsent_frames += 1
            return
        if self._to_peer:
            frame = self._to_peer.process(frame)
        self._transport.write(self._header + frame)

    # What the peer says

    def _take(self, message: Message) -> None:
        match message:
            case Sound(pcm, kind):
                self._take_sound(pcm, kind)
            case Key(key):
                self._answered(_NARROW_KIND).receive_key(key)
            case CallNamed(call_id):
                self._call_id = call_id
                self._clock.join(self)
                self._expect(FIRST_SOUND_SECONDS, self._sound_missing)
            case PeerFailed(code):
                log.warning("audiosocket_peer_failed", call_id=self._call_id, peer=self.peer, code=code)
                self._leave()
            case _:
                self._leave()

    def _take_sound(self, pcm: bytes, kind: int) -> None:
        call = self._answered(kind)
        if kind != self._kind:
            self._tune(kind, call.band)
        call.receive(self._from_peer.process(pcm) if self._from_peer else pcm)

    def _answered(self, kind: int) -> PacedTransport:
        """The call; its first sound decides the band."""
        if self._call is None:
            self._expect_nothing()
            self._clock.leave(self)
            band = Band.NARROW if kind == _NARROW_KIND else Band.WIDE
            self._call = PacedTransport(
                self._call_id,
                band,
                self._clock,
                send=self._send,
                disconnect=self.hang_up,
                hush_seconds=self._hush_seconds,
            )
            self._tune(kind, band)
            self._call.start()
            self._exchange.answered(self, self._call)
        return self._call

    def _tune(self, kind: int, band: Band) -> None:
        """Bring the kind of sound that the peer speaks to the band of the call, and back."""
        rate = SAMPLING_RATES[kind]
        self._kind = kind
        self._header = header(kind, round(rate * FRAME_SECONDS) * BYTES_PER_SAMPLE)
        same = rate == band
        self._from_peer = None if same else LiveResampler(rate, band)
        self._to_peer = None if same else LiveResampler(band, rate)

    # How it ends

    def _sound_missing(self) -> None:
        self._answered(_NARROW_KIND)

    def _name_missing(self) -> None:
        self._give_up(
            AudioSocketError(
                f"no call identity within {NAMING_SECONDS:.0f} s",
                "does something else than Asterisk connect here?",
            )
        )

    def _give_up(self, error: AudioSocketError) -> None:
        log.warning(
            "audiosocket_malformed",
            call_id=self._call_id,
            peer=self.peer,
            reason=error.reason,
            check=error.check,
        )
        self.hang_up()

    def _leave(self) -> None:
        self._end()
        self._transport.close()
        self._expect(LINGER_SECONDS, self._transport.abort)

    def _end(self) -> None:
        self._over = True
        self._clock.leave(self)
        if self._call:
            self._call.end()

    # The socket

    def _send_promptly(self) -> None:
        self._transport.set_write_buffer_limits(high=SEND_BUFFER_BYTES)
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)

    def _expect(self, seconds: float, otherwise: Callable[[], None]) -> None:
        self._expect_nothing()
        self._deadline = asyncio.get_running_loop().call_later(seconds, otherwise)

    def _expect_nothing(self) -> None:
        if self._deadline:
            self._deadline.cancel()
