"""One timer that paces the bot's sound in every call of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import ceil
from typing import Protocol

from voicebot.media.frame import FRAME_SECONDS

SLOTS = 4
"""Calls are spread over this many moments of each 20 ms, so that their frames do not all leave at once."""
SLOT_SECONDS = FRAME_SECONDS / SLOTS
HEADWAY = SLOT_SECONDS / 2
"""Seconds between joining and the first tick at least: time to think of a reply to what has just come in."""
MOST_OWED = 3
"""Frames sent at once after a stall. Jitter buffers of telephones are about as deep: what they can still play
in time is sent, beyond that the schedule moves and no word is lost."""
_TIMER_GRAIN = 0.0005
"""uvloop counts in whole milliseconds and may call a little early."""


class Paced(Protocol):
    """Something that sends one frame every 20 ms."""

    def tick(self) -> None:
        """Send the next frame."""


class MediaClock:
    """Ticks every leg of every call once per 20 ms, on a schedule that does not drift.

    Time is the running loop's; the timer runs while somebody is joined.
    """

    def __init__(self, on_late: Callable[[int], None] = lambda frames: None) -> None:
        """``on_late`` is told of frames that were given up."""
        self._on_late = on_late
        self.late_ticks = 0
        """Frames that were given up because the process stalled for longer than ``MOST_OWED`` frames."""
        self._slots: tuple[dict[Paced, None], ...] = tuple({} for _ in range(SLOTS))
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop
        self._origin = 0.0
        self._next = 0
        """The moment that comes next, counted in slots since ``_origin``."""

    def join(self, leg: Paced) -> None:
        """Tick ``leg`` every 20 ms from the next slot on: call this as the peer's first frame arrives, and
        replies decided at the arrival of a frame leave within a few milliseconds."""
        if self._timer is None:
            self._start()
        elapsed = self._loop.time() + HEADWAY - self._origin
        self._slots[ceil(elapsed / SLOT_SECONDS) % SLOTS][leg] = None

    def leave(self, leg: Paced) -> None:
        """Tick ``leg`` no more; leaving twice is fine."""
        for slot in self._slots:
            slot.pop(leg, None)

    def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._origin, self._next = self._loop.time(), 1
        self._timer = self._loop.call_at(self._moment(self._next), self._run)

    def _run(self) -> None:
        now = self._loop.time() + _TIMER_GRAIN
        self._give_up_old_debt(now)
        while self._moment(self._next) <= now:
            for leg in tuple(self._slots[self._next % SLOTS]):
                self._tick(leg)
            self._next += 1
        joined = any(self._slots)
        self._timer = self._loop.call_at(self._moment(self._next), self._run) if joined else None

    def _give_up_old_debt(self, now: float) -> None:
        behind = int((now - self._moment(self._next)) / FRAME_SECONDS)
        given_up = behind - (MOST_OWED - 1)
        if given_up > 0:
            self._next += given_up * SLOTS
            frames = given_up * sum(map(len, self._slots))
            self.late_ticks += frames
            self._on_late(frames)

    def _tick(self, leg: Paced) -> None:
        try:
            leg.tick()
        except Exception as mistake:
            self.leave(leg)  # or it would fail again fifty times a second; the other calls go on
            self._loop.call_exception_handler({"message": "a call's tick failed", "exception": mistake})

    def _moment(self, number: int) -> float:
        return self._origin + number * SLOT_SECONDS
