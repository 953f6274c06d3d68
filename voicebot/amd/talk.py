"""How long somebody has talked without a pause, and where they pause. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from voicebot.vad.vad import VoiceActivity

SPEECH: Final = 0.5
"""Probability from which a window is speech."""
BEGINS: Final = 0.1
"""Seconds of speech that are no click."""
PAUSE: Final = 0.6
"""Seconds of silence that end a stretch of talk: readers breathe for less, people who wait take longer."""


class Stretch(NamedTuple):
    """Talk between two pauses, in seconds of audio since answer."""

    began_at: float
    ended_at: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.ended_at - self.began_at


class Talk:
    """Follows a detector's verdicts on one leg, whoever else is speaking."""

    def __init__(self) -> None:
        self._began_at: float | None = None
        self._ended_at = 0.0
        self._spoken = 0.0

    @property
    def going_on(self) -> Stretch | None:
        """The stretch in hand."""
        if self._began_at is None or self._spoken < BEGINS:
            return None
        return Stretch(self._began_at, self._ended_at)

    def silent_for(self, now: float) -> float:
        """Seconds since the last word, once there was one."""
        return now - self._ended_at if self._ended_at else 0.0

    def take(self, activity: VoiceActivity) -> Stretch | None:
        """Take the next verdict; the stretch that it shows to be over."""
        ends_at = activity.at + activity.seconds
        if activity.probability >= SPEECH:
            self._speaks(activity, ends_at)
        elif self._began_at is not None and ends_at - self._ended_at >= PAUSE:
            over, self._began_at = self.going_on, None
            return over
        return None

    def _speaks(self, activity: VoiceActivity, ends_at: float) -> None:
        if self._began_at is None:
            self._began_at, self._spoken = activity.at, 0.0
        self._spoken += activity.seconds
        self._ended_at = ends_at
