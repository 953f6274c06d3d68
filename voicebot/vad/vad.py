"""What turn-taking needs of a voice activity detector."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from voicebot.media.frame import AudioFrame, Band


class VoiceActivity(NamedTuple):
    """A detector's verdict on one short window of the caller's sound."""

    at: float
    """Seconds of audio since answer at which the window begins."""
    seconds: float
    """Length of the window (0.032 for Silero, 0.02 for WebRTC)."""
    probability: float
    """That it is speech, 0 to 1."""
    level: float
    """Loudness of the window in dBFS (0 = a full-scale sine; -100 for digital silence)."""
    quiet_tail: float
    """Seconds at the window's end whose level fell to the background: lets the end of speech be placed
    finer than a window."""
    background: float
    """What the line sounds like when nobody speaks, as far as it is known: dBFS."""


class VadStream(Protocol):
    """One caller's sound on its way through a detector."""

    def push(self, frame: AudioFrame) -> None:
        """Take the next frame; verdicts come through the callback, in order, on the event loop."""

    def close(self) -> None:
        """Forget this caller."""


class Vad(Protocol):
    """A detector that serves any number of calls."""

    def open(self, band: Band, on_activity: Callable[[VoiceActivity], None]) -> VadStream:
        """Begin to listen to one more caller."""

    async def close(self) -> None:
        """Stop serving."""
