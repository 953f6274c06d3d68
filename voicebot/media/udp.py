"""One leg of a call over RTP: for an Asterisk that is too old for ``chan_websocket``."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import cast

import structlog

from voicebot.errors import MediaError
from voicebot.media.clock import MediaClock
from voicebot.media.frame import Band
from voicebot.media.paced import PacedTransport
from voicebot.media.rtp import Codec, Key, RtpError, RtpReceiver, RtpSender

log = structlog.get_logger()


class RtpLine(asyncio.DatagramProtocol):
    """A UDP port of our own for one call: sound is taken from the address we were told, and from no other.

    RTP has no queue at the far end: ``transport`` paces our sound, and what was sent has been heard.
    """

    def __init__(self, call_id: str, codec: Codec, clock: MediaClock) -> None:
        self.transport = PacedTransport(
            call_id, Band.NARROW, clock, send=self._send, disconnect=self._hung_up
        )
        self.disconnect: Callable[[], None] | None = None
        """Ends the call's own leg when it is hung up from our side; the port is given back anyway."""
        self.refused = 0
        """Packets from strangers, or that were none."""
        self._receiver = RtpReceiver(codec)
        self._sender = RtpSender(
            codec,
            ssrc=secrets.randbits(32),
            sequence=secrets.randbits(16),
            timestamp=secrets.randbits(32),
        )
        self._peer: tuple[str, int] | None = None
        self._brings_keys = False
        self._socket: asyncio.DatagramTransport

    @classmethod
    async def open(cls, call_id: str, codec: Codec, clock: MediaClock, *, host: str) -> RtpLine:
        """Take a free port of ``host``.

        Raises:
            MediaError: there is none.
        """
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_datagram_endpoint(
                lambda: cls(call_id, codec, clock), local_addr=(host, 0)
            )
        except OSError as error:
            raise MediaError(
                f"no UDP port for sound on {host} ({error.strerror}); is it this machine's address?"
            ) from error
        return line

    @property
    def port(self) -> int:
        """Where Asterisk is to send its sound."""
        return int(self._socket.get_extra_info("sockname")[1])

    def talk_to(self, host: str, port: int) -> None:
        """Begin: Asterisk's address, as it told us over ARI."""
        self._peer = (host, port)
        self.transport.start()

    def press(self, key: str) -> None:
        """A key that ARI tells of. Asterisk 22 keeps keys out of externalMedia's RTP; where they do come
        that way, they come first, and this one is passed over."""
        if not self._brings_keys:
            self.transport.receive_key(key)

    def close(self) -> None:
        """Give the port back; closing twice is fine."""
        self.transport.end()
        if self._socket.is_closing():
            return
        self._socket.close()
        if self._receiver.lost or self.refused:
            log.info(
                "rtp_ended", call_id=self.transport.call_id, lost=self._receiver.lost, refused=self.refused
            )

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        if addr[:2] != self._peer:
            self.refused += 1
            return
        try:
            ready = self._receiver.receive(data)
        except RtpError:
            self.refused += 1
            return
        for item in ready:
            if isinstance(item, Key):
                self._brings_keys = True
                self.transport.receive_key(item.key)
            else:
                self.transport.receive(item)

    def error_received(self, exc: Exception) -> None:
        """The far port is closed for now: Asterisk tells the end of a call over ARI."""

    def _hung_up(self) -> None:
        self.close()
        if self.disconnect:
            self.disconnect()

    def _send(self, pcm: bytes) -> None:
        if self._peer is not None:
            self._socket.sendto(self._sender.packet(pcm), self._peer)
