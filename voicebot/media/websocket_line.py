"""One leg of a call over Asterisk's ``chan_websocket``: Asterisk keeps the queue and the 20 ms clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import structlog
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from voicebot.media.all_heard import AllHeard
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
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, AudioFrame, Band, KeyPressed
from voicebot.media.inbox import Inbox
from voicebot.media.paced import MOST_UNREAD_SECONDS
from voicebot.media.regroup import Regrouper

log = structlog.get_logger()


class WebSocketTransport:
    """A ``MediaTransport`` that pushes sound ahead of time and takes it back when the caller speaks."""

    def __init__(self, call_id: str, band: Band, clock: MediaClock, connection: ServerConnection) -> None:
        self.band = band
        self.on_sent: Callable[[bytes], None] | None = None
        self.disconnect: Callable[[], None] | None = None
        """Ends the call's own leg when it is hung up from our side; this connection ends anyway."""
        self.lost: Callable[[], None] | None = None
        """Hears that the connection ended before the call did."""
        self._call_id = call_id
        self._clock = clock
        self.connection = connection
        self._silence = bytes(band.frame_bytes)
        self._playout = FarPlayout(band)
        self._regrouper = Regrouper(band)
        self._inbox: Inbox[AudioFrame | KeyPressed] = Inbox(int(MOST_UNREAD_SECONDS / FRAME_SECONDS))
        self._unsent: deque[bytes | str] = deque()
        self._something_to_send = asyncio.Event()
        self._all_heard = AllHeard()
        self._sounding_at = 0.0
        self._started = False
        self._ended = False

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

    def restart(self) -> None:
        """The call begins now, on a line that was open before: its sound is counted from here."""
        self._inbox.clear()
        self._regrouper.restart()

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

    @property
    def unread_frames(self) -> int:
        """Frames lost because the session did not read for ``MOST_UNREAD_SECONDS``."""
        return self._inbox.dropped

    # What the call uses: see MediaTransport

    @property
    def call_id(self) -> str:
        return self._call_id

    @property
    def heard_seconds(self) -> float:
        return self._playout.heard_seconds

    @property
    def sounding_at(self) -> float:
        return self._sounding_at

    def incoming(self) -> AsyncIterator[AudioFrame | KeyPressed]:
        return self._inbox

    def play(self, pcm: bytes) -> None:
        self._playout.play(pcm)
        self._push()

    async def drain(self) -> None:
        if not (self._ended or self._playout.idle):
            await self._all_heard.wait()

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
        for frame in self._regrouper.push(pcm):
            self._inbox.put(frame)

    def _take_event(self, text: str, on_started: Callable[[], None]) -> None:
        match read_event(text):
            case MediaStart() as start:
                self._begin(start)
                on_started()
            case MarkProcessed(correlation_id=name):
                self._playout.mark_processed(name)
                self._push()
            case DtmfEnd(digit=key):
                self._inbox.put(KeyPressed(key.upper(), self._regrouper.seconds))
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
