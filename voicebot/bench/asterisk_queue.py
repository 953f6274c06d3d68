"""Asterisk's end of ``chan_websocket``: its queue and its rules, without a clock of its own. Pure."""

from __future__ import annotations

import json
from collections import deque
from typing import Any, Final

from voicebot.media.chan_websocket import MOST_COMMAND_BYTES, MOST_MESSAGE_BYTES
from voicebot.media.frame import Band

XOFF: Final = 900
XON: Final = 800
FULL: Final = 1000


class AsteriskQueue:
    """Takes our messages; every tick gives the 20 ms the caller hears.

    As ``chan_websocket.c`` does it: marks take no time, a flushed queue reports none, the last of a message
    that fills no frame is dropped, what comes beyond 1000 frames too, and commands over 128 bytes are not
    read.
    """

    def __init__(self, band: Band) -> None:
        self.said: list[dict[str, Any]] = []
        """Events, in order; whoever carries them empties it."""
        self.dropped = 0
        """Frames that found the queue full."""
        self.hung_up = False
        """The bot has ended the call."""
        self._size = band.frame_bytes
        self._queue: deque[bytes | str] = deque()
        self._frames = 0
        self._paused = False
        self._full = False
        self._report_drained = False

    @property
    def frames(self) -> int:
        """How many wait."""
        return self._frames

    def take(self, message: bytes | str) -> None:
        """What the bot has sent."""
        assert len(message) <= MOST_MESSAGE_BYTES, "Asterisk closes the socket"
        if isinstance(message, bytes):
            self._take_sound(message)
        elif len(message) <= MOST_COMMAND_BYTES:
            self._take_command(json.loads(message))

    def tick(self) -> bytes | None:
        """What the caller hears in these 20 ms; ``None`` for silence."""
        if self._paused:
            return None
        if self._full and self._frames < XON:
            self._full = False
            self._say("MEDIA_XON")
        if not self._queue and self._report_drained:
            self._report_drained = False
            self._say("QUEUE_DRAINED")
        while self._queue:
            item = self._queue.popleft()
            if isinstance(item, bytes):
                self._frames -= 1
                return item
            self._say("MEDIA_MARK_PROCESSED", correlation_id=item)
        return None

    def _take_sound(self, pcm: bytes) -> None:
        if self._frames >= FULL:
            self.dropped += len(pcm) // self._size
            return
        for at in range(0, len(pcm) - len(pcm) % self._size, self._size):
            self._queue.append(pcm[at : at + self._size])
            self._frames += 1
            if not self._full and self._frames >= XOFF:
                self._full = True
                self._say("MEDIA_XOFF")

    def _take_command(self, fields: dict[str, Any]) -> None:
        match fields["command"]:
            case "MARK_MEDIA":
                self._queue.append(fields["correlation_id"])
            case "FLUSH_MEDIA":
                self._queue.clear()
                self._frames = 0
            case "PAUSE_MEDIA" | "CONTINUE_MEDIA" as command:
                self._paused = command == "PAUSE_MEDIA"
            case "REPORT_QUEUE_DRAINED":
                self._report_drained = True
            case "HANGUP":
                self.hung_up = True

    def _say(self, event: str, **fields: Any) -> None:
        self.said.append({"event": event, "channel_id": "media-1", **fields})
