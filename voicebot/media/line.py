"""What every kind of line has in common: what comes in, and how much of what goes out was heard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from voicebot.media.all_heard import AllHeard
from voicebot.media.far_playout import FarPlayout
from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band, KeyPressed
from voicebot.media.inbox import Inbox
from voicebot.media.playout import Playout
from voicebot.media.regroup import Regrouper

P = TypeVar("P", Playout, FarPlayout)

MOST_UNREAD_SECONDS = 5.0
"""Of the caller's sound, kept for a session that does not read."""


class LineTransport(Generic[P]):
    """The half of a ``MediaTransport`` that does not depend on who keeps the 20 ms clock."""

    __slots__ = (
        "_all_heard",
        "_call_id",
        "_ended",
        "_inbox",
        "_playout",
        "_regrouper",
        "_silence",
        "_sounding_at",
        "band",
        "on_sent",
    )

    def __init__(self, call_id: str, band: Band, playout: P) -> None:
        self.band = band
        self.on_sent: Callable[[bytes], None] | None = None
        self._call_id = call_id
        self._playout: P = playout
        self._silence = bytes(band.frame_bytes)
        self._regrouper = Regrouper(band)
        self._inbox: Inbox[AudioFrame | KeyPressed] = Inbox(int(MOST_UNREAD_SECONDS / FRAME_SECONDS))
        self._all_heard = AllHeard()
        self._sounding_at = 0.0
        self._ended = False

    # What the line calls

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

    async def drain(self) -> None:
        if not (self._ended or self._playout.idle):
            await self._all_heard.wait()
