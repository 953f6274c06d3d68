"""When a mailbox that answered listens: behind its beep, or when it has said nothing for long. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from voicebot.amd.signals import Heard, Signal

SILENCE: Final = 2.5
"""Seconds after the greeting without a beep that we know: it must have been another sound."""
PATIENCE: Final = 45.0
"""Seconds that a greeting may take."""
JUST_NOW: Final = 1.0
"""Seconds that may lie between the beep and the verdict that it brought about."""


class Moment(StrEnum):
    """How the waiting ends."""

    BEEP = "beep"
    SILENCE = "silence"
    NEVER = "never"


class Mailbox:
    """Waits for the moment to speak."""

    def __init__(self, known_at: float) -> None:
        """``known_at``: seconds since answer at which it was known to be a mailbox."""
        self._known_at = known_at

    def moment(self, at: float, signal: Heard | None, silent_for: float) -> Moment | None:
        """Whether the waiting is over, ``at`` seconds since answer.

        Args:
            at: now.
            signal: the last one on the line.
            silent_for: seconds since the last word of the greeting.
        """
        if signal and signal.signal is Signal.BEEP and signal.at >= self._known_at - JUST_NOW:
            return Moment.BEEP
        if min(silent_for, at - self._known_at) >= SILENCE:
            return Moment.SILENCE
        return Moment.NEVER if at - self._known_at > PATIENCE else None
