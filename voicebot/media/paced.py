"""One leg of a call over a line that has no clock of its own: we send a frame every 20 ms."""

from __future__ import annotations

from collections.abc import Callable

from voicebot.media.clock import MediaClock
from voicebot.media.frame import FRAME_SECONDS, Band
from voicebot.media.line import LineTransport
from voicebot.media.playout import Playout


class PacedTransport(LineTransport[Playout]):
    """A ``MediaTransport`` for any line that takes frames as they come: AudioSocket, RTP, the loopback.

    The line brings sound with ``receive`` and ``receive_key``, and says with ``end`` that it is gone; it is
    given one frame per tick through ``send``, silence when there is nothing to say.
    """

    __slots__ = (
        "_clock",
        "_disconnect",
        "_hush_ticks",
        "_hush_ticks_left",
        "_send",
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
        super().__init__(call_id, band, Playout(band))
        self._clock = clock
        self._send = send
        self._disconnect = disconnect
        self._hush_ticks = round(hush_seconds / FRAME_SECONDS)
        self._hush_ticks_left = 0

    # What the line calls

    def start(self) -> None:
        """Begin to send, in step with what has just come in."""
        self._clock.join(self)

    def end(self) -> None:
        """The line is gone."""
        self._ended = True
        self._clock.leave(self)
        self._inbox.end()
        self._all_heard.release()

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

    def play(self, pcm: bytes) -> None:
        self._hush_ticks_left = 0
        self._playout.play(pcm)

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
