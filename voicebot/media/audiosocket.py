"""The AudioSocket server: Asterisk's dialplan, or a load generator, connects here with its calls."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import structlog

from voicebot.errors import MediaError, VoicebotError
from voicebot.media.audiosocket_line import AudioSocketLine
from voicebot.media.clock import MediaClock
from voicebot.media.paced import PacedTransport
from voicebot.media.places import Place, Places
from voicebot.media.settings import AudioSocketSettings
from voicebot.media.transport import MediaTransport

CLOSING_SECONDS = 5.0
"""For calls to end by themselves when the server closes."""
BACKLOG = 1024
"""Connections that may wait while a burst of calls is accepted."""

log = structlog.get_logger()


class AudioSocketServer:
    """Takes AudioSocket connections and hands each call to ``on_call``, a task for each.

    A call ends when ``on_call`` returns or fails, when it hangs up, or when the peer does; none of it
    touches the other calls.
    """

    def __init__(
        self,
        on_call: Callable[[MediaTransport], Awaitable[None]],
        settings: AudioSocketSettings,
        clock: MediaClock,
        places: Places | None = None,
        *,
        listens: bool = True,
    ) -> None:
        """Without ``places`` there is no limit; who does not listen is brought connections by ``adopt``."""
        self._on_call = on_call
        self._settings = settings
        self._clock = clock
        self._places = places or Places()
        self._lines: dict[AudioSocketLine, Place] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._listens = listens
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._server is not None, "not started"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen.

        Raises:
            MediaError: the address or port cannot be had.
        """
        if not self._listens:
            return
        host, port = self._settings.host, self._settings.port
        try:
            self._server = await asyncio.get_running_loop().create_server(
                self._new_line, host, port, backlog=BACKLOG
            )
        except OSError as error:
            raise MediaError(
                f"cannot listen for AudioSocket on {host}:{port} ({error.strerror}); "
                "stop what uses it, or set audiosocket.host and audiosocket.port"
            ) from error
        log.info("audiosocket_listening", host=host, port=self.port)

    async def adopt(self, connection: socket.socket) -> None:
        """Take a call whose connection somebody else has accepted."""
        await asyncio.get_running_loop().connect_accepted_socket(self._new_line, connection)

    @property
    def calls(self) -> int:
        """How many calls are in progress."""
        return len(self._calls)

    async def drain(self, seconds: float) -> None:
        """Take no more calls, and give those in progress so long to finish."""
        self._stop_listening()
        if self._calls:
            await asyncio.wait(self._calls, timeout=seconds)

    async def close(self) -> None:
        """Take no more calls, hang up those in progress and wait until each has been closed."""
        self._stop_listening()
        for line in tuple(self._lines):
            line.hang_up()
        if self._calls:
            _, unfinished = await asyncio.wait(self._calls, timeout=CLOSING_SECONDS)
            for call in unfinished:
                call.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()

    def hand_back(self, call_id: str) -> bool:
        """Leave the caller to the peer's dialplan when we hang up; False when there is no such call."""
        lines = [line for line in self._lines if line.call_id == call_id]
        for line in lines:
            line.hands_back = True
        return bool(lines)

    def _new_line(self) -> AudioSocketLine:
        return AudioSocketLine(self, self._clock, self._settings.hush_seconds)

    # What lines report

    def connected(self, line: AudioSocketLine) -> bool:
        """Reserve a place for the line, if there is one."""
        place = self._places.reserve(line.peer)
        if place is None:
            log.warning("no_place", door="audiosocket", peer=line.peer, at_most=self._places.at_most)
            return False
        self._lines[line] = place
        return True

    def answered(self, line: AudioSocketLine, call: PacedTransport) -> None:
        """Start the call's task, and hold on to it."""
        task = asyncio.create_task(self._run(line, call), name=f"call {call.call_id}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    def disconnected(self, line: AudioSocketLine) -> None:
        """Make room for another."""
        if place := self._lines.pop(line, None):
            place.release()

    async def _run(self, line: AudioSocketLine, call: PacedTransport) -> None:
        try:
            await self._on_call(call)
        except Exception as error:
            own_fault = not isinstance(error, VoicebotError)
            log.warning("call_failed", call_id=call.call_id, reason=str(error), exc_info=own_fault)
            line.hands_back = True  # a person may still help the caller
        finally:
            await call.hang_up()
            if line.unsent_frames or call.unread_frames:
                log.warning(
                    "audiosocket_frames_dropped",
                    call_id=call.call_id,
                    unsent=line.unsent_frames,
                    unread=call.unread_frames,
                )
