"""What one caller is still to hear, queued at Asterisk's end of the line. Pure.

Asterisk keeps the queue and the 20 ms clock; we keep a mirror of both. Marks between the frames tell where
Asterisk is, ticks of our own clock carry the mirror on from mark to mark, so that at every moment it is
known what the caller has heard, to about one frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from voicebot.media.chan_websocket import CONTINUE, FLUSH, PAUSE, mark
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, Band

MARK_FRAMES: Final = 10
"""Frames from mark to mark, and in one message."""
MOST_AHEAD_FRAMES: Final = int(10.0 / FRAME_SECONDS)
"""Frames that may wait in Asterisk's queue: well below its XOFF, because the last of a flood sent before
XOFF arrives are dropped without a word."""
NEARLY_OUT_FRAMES: Final = 2
"""So few frames before the end, half a frame is filled up with silence and sent; until then it waits for
sound that continues it."""
SLACK_FRAMES: Final = 2
"""The mirror goes on so far past a mark that was not reported yet: the report may be on its way."""
MOST_BEHIND_FRAMES: Final = 3
"""When the mirror is so far behind a mark, our clock has stalled, and it jumps."""


class _Frame(NamedTuple):
    pcm: bytes
    sound_bytes: int
    """Without the silence that fills it up."""


class _Mark(NamedTuple):
    name: str
    position: int
    """In frames since answer."""
    begins: bool
    """Asterisk's queue was empty: nothing behind the mark is heard before it is reported."""


class FarPlayout:
    """Sound is queued, held, dropped and mirrored; what it takes at the wire comes out of ``to_send``."""

    __slots__ = (
        "_at",
        "_backlog",
        "_band",
        "_frame_bytes",
        "_heard",
        "_marks",
        "_marks_set",
        "_paused",
        "_reached",
        "_rest",
        "_sent",
        "_under_way",
        "_xoff",
    )

    def __init__(self, band: Band) -> None:
        self._band = band
        self._frame_bytes = band.frame_bytes
        self._backlog: deque[_Frame] = deque()
        """Whole frames, not sent yet."""
        self._rest = b""
        """The half frame behind them."""
        self._under_way: deque[_Frame] = deque()
        """Sent, and not heard yet as far as the mirror knows."""
        self._marks: deque[_Mark] = deque()
        """Not reported yet."""
        self._marks_set = 0
        self._sent = 0
        self._at = 0
        """Frames the mirror has given out or dropped."""
        self._reached = 0
        """Frames Asterisk is known to have played."""
        self._heard = 0
        self._paused = False
        self._xoff = False

    @property
    def heard_seconds(self) -> float:
        """Seconds of sound the caller has heard, silence not counted."""
        return self._heard / BYTES_PER_SAMPLE / self._band

    @property
    def idle(self) -> bool:
        """Nothing is left to be heard, and Asterisk has said so."""
        return not (self._backlog or self._rest or self._under_way) and self._reached >= self._sent

    # What the call does

    def play(self, pcm: bytes) -> None:
        """Queue sound (16-bit mono at the band's rate); it follows what is queued without a gap."""
        assert len(pcm) % BYTES_PER_SAMPLE == 0, "half a sample"
        sound, size = self._rest + pcm, self._frame_bytes
        whole = len(sound) - len(sound) % size
        self._backlog.extend(_Frame(sound[i : i + size], size) for i in range(0, whole, size))
        self._rest = sound[whole:]

    def pause(self) -> str:
        """Hold what is queued; the command that says so."""
        self._paused = True
        return PAUSE

    def resume(self) -> str:
        """Go on; the command that says so."""
        self._paused = False
        return CONTINUE

    def flush(self) -> tuple[str, ...]:
        """Drop what is queued, here and there; the commands that say so.

        Whether Asterisk resumes a paused queue by itself depends on its version; ours is told to.
        """
        self._backlog.clear()
        self._under_way.clear()
        self._marks.clear()
        self._rest = b""
        self._at = self._reached = self._sent
        held, self._paused = self._paused, False
        return (FLUSH, CONTINUE) if held else (FLUSH,)

    # What Asterisk says

    def mark_processed(self, name: str) -> None:
        """Asterisk has come to a mark: what lies before it has been heard."""
        if all(name != mark.name for mark in self._marks):
            return  # flushed meanwhile, or not ours
        while self._marks:
            reported = self._marks.popleft()
            self._reached = reported.position
            if reported.name == name:
                break
        while self._reached - self._at > MOST_BEHIND_FRAMES:
            self._give_out()

    def xoff(self) -> None:
        """Asterisk's queue is nearly full."""
        self._xoff = True

    def xon(self) -> None:
        """There is room again."""
        self._xoff = False

    # What the wire and the clock take

    def to_send(self) -> Iterator[bytes | str]:
        """Messages that may leave now: sound in whole frames, marks between them."""
        self._fill_up_rest()
        while self._backlog and not self._xoff and self._has_room:
            if self._reached == self._sent and not self._marks:
                yield self._mark(begins=True)
            yield self._next_message()
            yield self._mark()
            self._fill_up_rest()

    def tick(self) -> bytes | None:
        """What the caller hears in these 20 ms; ``None`` for silence."""
        if self._paused or not self._under_way or self._at >= self._known_end:
            return None
        return self._give_out()

    @property
    def _known_end(self) -> int:
        """Up to where the caller may have heard, by the marks."""
        if not self._marks:
            return self._sent
        pending = self._marks[0]
        return pending.position + (0 if pending.begins else SLACK_FRAMES)

    @property
    def _has_room(self) -> bool:
        room = MOST_AHEAD_FRAMES - (self._sent - self._at)
        return room >= min(MARK_FRAMES, len(self._backlog))

    def _mark(self, *, begins: bool = False) -> str:
        self._marks_set += 1
        name = str(self._marks_set)
        self._marks.append(_Mark(name, self._sent, begins))
        return mark(name)

    def _next_message(self) -> bytes:
        frames = [self._backlog.popleft() for _ in range(min(MARK_FRAMES, len(self._backlog)))]
        self._under_way.extend(frames)
        self._sent += len(frames)
        return b"".join(frame.pcm for frame in frames)

    def _give_out(self) -> bytes:
        frame = self._under_way.popleft()
        self._at += 1
        self._heard += frame.sound_bytes
        return frame.pcm

    def _fill_up_rest(self) -> None:
        if self._rest and not self._backlog and self._sent - self._at <= NEARLY_OUT_FRAMES:
            self._backlog.append(_Frame(self._rest.ljust(self._frame_bytes, b"\0"), len(self._rest)))
            self._rest = b""
