"""One leg of a call over a line that has no clock of its own: we send a frame every 20 ms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from voicebot.media.all_heard import AllHeard
from voicebot.media.clock import MediaClock
from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band, KeyPressed
from voicebot.media.inbox import Inbox
from voicebot.media.playout import Playout
from voicebot.media.regroup import Regrouper

MOST_UNREAD_SECONDS = 5.0
"""Of the caller's sound, kept for a session that does not read."""


class PacedTransport:
    """A ``MediaTransport`` for any line that takes frames as they come: AudioSocket, RTP, the loopback.

    The line brings sound with ``receive`` and ``receive_key``, and says with ``end`` that it is gone; it is
    given one frame per tick through ``send``, silence when there is nothing to say.
    """

    __slots__ = (
        "_all_heard",
        "_call_id",
        "_clock",
        "_disconnect",
        "_ended",
        "_hush_ticks",
        "_hush_ticks_left",
        "_inbox",
        "_playout",
        "_regrouper",
        "_send",
        "_silence",
        "_sounding_at",
        "band",
        "on_sent",
    )

    def __init__(
        self,
        call_id: str,
        band: Band,
        clock: MediaClock,
        *,
        send: Callable[[bytes], None],
        disconnect: Callable[[], None],
        hush_seconds: float = 0.0,
    ) -> None:
        """``disconnect`` ends the line when the call is hung up from our side."""
        self.band = band
        self.on_sent: Callable[[bytes], None] | None = None
        self._call_id = call_id
        self._clock = clock
        self._send = send
        self._disconnect = disconnect
        self._silence = bytes(band.frame_bytes)
        self._playout = Playout(band)
        self._regrouper = Regrouper(band)
        self._inbox: Inbox[AudioFrame | KeyPressed] = Inbox(int(MOST_UNREAD_SECONDS / FRAME_SECONDS))
        self._all_heard = AllHeard()
        self._sounding_at = 0.0
        self._hush_ticks = round(hush_seconds / FRAME_SECONDS)
        self._hush_ticks_left = 0
        self._ended = False

    # What the line calls

    def start(self) -> None:
        """Begin to send, in step with what has just come in."""
        self._clock.join(self)

    def restart(self) -> None:
        """The call begins now, on a line that was open before: its sound is counted from here."""
        self._inbox.clear()
        self._regrouper.restart()

    def receive(self, pcm: bytes) -> None:
        """Take the caller's sound: 16-bit mono at the band's rate, in chunks of any whole samples."""
        for frame in self._regrouper.push(pcm):
            self._inbox.put(frame)

    def receive_key(self, key: str) -> None:
        """Take a key the caller pressed."""
        self._inbox.put(KeyPressed(key, self._regrouper.seconds))

    def end(self) -> None:
        """The line is gone."""
        self._ended = True
        self._clock.leave(self)
        self._inbox.end()
        self._all_heard.release()

    @property
    def unread_frames(self) -> int:
        """Frames lost because the session did not read for ``MOST_UNREAD_SECONDS``."""
        return self._inbox.dropped

    def tick(self) -> None:
        """Send the next 20 ms; called by the clock."""
        frame = self._playout.next_frame()
        if frame is None:
            self._send_silence()
        else:
            self._sounding_at = self._regrouper.seconds
            self._send(frame)
            if self.on_sent:
                self.on_sent(frame)

    def _send_silence(self) -> None:
        if self._all_heard.awaited and self._playout.idle:
            self._all_heard.release()
        if self._hush_ticks_left:
            self._hush_ticks_left -= 1
        else:
            self._send(self._silence)
        if self.on_sent:
            self.on_sent(self._silence)

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
        self._hush_ticks_left = 0
        self._playout.play(pcm)

    async def drain(self) -> None:
        if not (self._ended or self._playout.idle):
            await self._all_heard.wait()

    def pause(self) -> None:
        self._hush()
        self._playout.pause()

    def resume(self) -> None:
        self._hush_ticks_left = 0
        self._playout.resume()

    def flush(self) -> None:
        self._hush()
        self._playout.flush()
        self._all_heard.release()

    async def hang_up(self) -> None:
        if not self._ended:
            self.end()
            self._disconnect()

    def _hush(self) -> None:
        if not self._playout.idle:
            self._hush_ticks_left = self._hush_ticks
