"""One leg of a call over Asterisk's ``chan_websocket``: Asterisk keeps the queue and the 20 ms clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from voicebot.media.chan_websocket import (
    HANG_UP,
    ChanWebSocketError,
    DtmfEnd,
    MarkProcessed,
    MediaStart,
    PeerError,
    Xoff,
    Xon,
    check_start,
    read_event,
)
from voicebot.media.clock import MediaClock
from voicebot.media.far_playout import FarPlayout
from voicebot.media.frame import BYTES_PER_SAMPLE, Band
from voicebot.media.line import LineTransport

log = structlog.get_logger()


class WebSocketTransport(LineTransport[FarPlayout]):
    """A ``MediaTransport`` that pushes sound ahead of time and takes it back when the caller speaks."""

    def __init__(self, call_id: str, band: Band, clock: MediaClock, connection: ServerConnection) -> None:
        super().__init__(call_id, band, FarPlayout(band))
        self.disconnect: Callable[[], None] | None = None
        """Ends the call's own leg when it is hung up from our side; this connection ends anyway."""
        self.lost: Callable[[], None] | None = None
        """Hears that the connection ended before the call did."""
        self._clock = clock
        self.connection = connection
        self._unsent: deque[bytes | str] = deque()
        self._something_to_send = asyncio.Event()
        self._started = False

    # What the server and the clock call

    async def run(self, on_started: Callable[[], None]) -> None:
        """Carry the call until either side ends it; ``on_started`` is called once sound can flow."""
        writing = asyncio.create_task(self._write(), name=f"media of {self._call_id}")
        try:
            await self._read(on_started)
        except ChanWebSocketError as error:
            log.warning("media_malformed", call_id=self._call_id, reason=error.reason)
        except ConnectionClosed:
            pass
        finally:
            if not self._ended and self.lost:
                self.lost()
            self.end()
            await self._finish(writing)

    def tick(self) -> None:
        """Note what the caller hears in these 20 ms; called by the clock."""
        frame = self._playout.tick()
        if frame is not None:
            self._sounding_at = self._regrouper.seconds
        elif self._all_heard.awaited and self._playout.idle:
            self._all_heard.release()
        self._push()
        if self.on_sent:
            self.on_sent(frame or self._silence)

    def end(self) -> None:
        """The call is over: the caller has hung up, or the connection is gone."""
        if not self._ended:
            self._ended = True
            self._clock.leave(self)
            self._inbox.end()
            self._all_heard.release()
            self._something_to_send.set()

    @property
    def unsent_messages(self) -> int:
        """Messages that wait for the connection."""
        return len(self._unsent)

    # What the call uses: see MediaTransport

    def play(self, pcm: bytes) -> None:
        self._playout.play(pcm)
        self._push()

    def pause(self) -> None:
        self._say(self._playout.pause())

    def resume(self) -> None:
        self._say(self._playout.resume())

    def flush(self) -> None:
        self._unsent.clear()
        self._say(*self._playout.flush())
        self._all_heard.release()

    async def hang_up(self) -> None:
        if not self._ended:
            self.end()
            if self.disconnect:
                self.disconnect()

    # The connection

    async def _read(self, on_started: Callable[[], None]) -> None:
        async for message in self.connection:
            if self._ended:
                return
            if isinstance(message, bytes):
                self._take_sound(message)
            else:
                self._take_event(message, on_started)

    def _take_sound(self, pcm: bytes) -> None:
        if len(pcm) % BYTES_PER_SAMPLE:
            raise ChanWebSocketError(f"sound of {len(pcm)} bytes")
        self.receive(pcm)

    def _take_event(self, text: str, on_started: Callable[[], None]) -> None:
        match read_event(text):
            case MediaStart() as start:
                self._begin(start)
                on_started()
            case MarkProcessed(correlation_id=name):
                self._playout.mark_processed(name)
                self._push()
            case DtmfEnd(digit=key):
                self.receive_key(key.upper())
            case Xoff():
                self._playout.xoff()
            case Xon():
                self._playout.xon()
                self._push()
            case PeerError(error_text=why):
                log.warning("media_command_refused", call_id=self._call_id, why=why)

    def _begin(self, start: MediaStart) -> None:
        """A second time, the clock would tick this leg twice in each 20 ms."""
        if self._started:
            raise ChanWebSocketError("MEDIA_START a second time")
        check_start(start, self.band)
        self._started = True
        self._clock.join(self)

    def _push(self) -> None:
        self._say(*self._playout.to_send())

    def _say(self, *messages: bytes | str) -> None:
        if messages and not self._ended:
            self._unsent.extend(messages)
            self._something_to_send.set()

    async def _write(self) -> None:
        with suppress(ConnectionClosed):
            while not self._ended:
                await self._something_to_send.wait()
                self._something_to_send.clear()
                while self._unsent and not self._ended:
                    await self.connection.send(self._unsent.popleft())
            await self.connection.send(HANG_UP)
            await self.connection.close()

    async def _finish(self, writing: asyncio.Task[None]) -> None:
        """Let the last message leave; a peer that does not read is not waited for."""
        try:
            async with asyncio.timeout(1.0):
                await writing
        except TimeoutError:
            self.connection.transport.abort()
