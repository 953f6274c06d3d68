"""What a caller hears of the bot, frame by frame. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicebot.media.frame import FRAME_SECONDS

AUDIBLE = 500
"""Peak from which a frame of 16-bit sound counts as voice."""
SPURT_GAP = 0.6
"""Seconds between two frames from which on the bot was silent, and the second is not late."""
LATE = 0.02
"""Seconds beyond its 20 ms from which a frame is late."""
REACTION = 0.5
"""Seconds after both were heard in which the bot may fall silent on purpose: it listens."""


def audible(pcm: bytes) -> bool:
    """Whether somebody is heard in a frame."""
    sound = np.frombuffer(pcm, "<i2")
    return bool(sound.size) and (int(sound.max()) >= AUDIBLE or int(sound.min()) <= -AUDIBLE)


@dataclass(slots=True)
class Hearing:
    """Counts what comes; times are seconds of any clock."""

    frames: int = 0
    late: int = 0
    """Frames that came over 20 ms late while the bot was sending."""
    late_by_listener: int = 0
    """Frames that did so because the listener was late itself: they may have come in time."""
    spoken_at: float = float("-inf")
    """When the listener last made a sound."""
    last: float | None = None
    """When the last frame came."""
    voiced_at: float = float("-inf")
    """When the bot was last heard."""
    began_at: float | None = None
    """When it was first heard since ``listen``."""
    pause: float = 0.0
    """The longest time between two audible frames since ``listen``."""

    def listen(self) -> None:
        """Wait for the bot's voice anew."""
        self.began_at, self.pause = None, 0.0

    def hear(self, at: float, *, voiced: bool, deaf: float = 0.0) -> None:
        """A frame has come, to a listener who has not listened for the last ``deaf`` seconds."""
        if self.last is not None and self.last - min(self.spoken_at, self.voiced_at) > REACTION:
            behind = at - self.last - FRAME_SECONDS
            in_spurt = LATE < behind < SPURT_GAP
            self.late += in_spurt and behind - deaf > LATE
            self.late_by_listener += in_spurt and behind - deaf <= LATE
        self.frames += 1
        self.last = at
        if voiced:
            if self.began_at is None:
                self.began_at = at
            else:
                self.pause = max(self.pause, at - self.voiced_at)
            self.voiced_at = at

    @property
    def seconds(self) -> float:
        """Of the bot's sound that came."""
        return self.frames * FRAME_SECONDS
