"""One stretch of speech: where it began, where it stopped, how sure it is. Pure."""

from __future__ import annotations

from voicebot.turns.timing import TurnTiming
from voicebot.vad.vad import VoiceActivity

CLEARLY = 15.0
# dB above the background at which a sound is no noise of the line's: noise varies by a few dB.


class SpeechRun:
    """Follows speech through a detector's verdicts and finds its end finer than they do.

    A neural detector goes on reporting speech for one to five windows after the last sound. Windows that
    are at the background from end to end are therefore in doubt: they count only if the reports outlast
    the detector's hang-over. And it misses runs of consonants ("next Friday"): sound that clearly stands
    out from the background right behind speech is not taken for silence, although it counts for nothing
    else.
    """

    __slots__ = ("_likely_until", "_timing", "began_at", "certainty", "pause", "speech", "voiced_until")

    def __init__(self, timing: TurnTiming, at: float) -> None:
        self._timing = timing
        self._likely_until = at
        self.began_at = at
        """Where its first window begins."""
        self.voiced_until = at
        """Where its last sound ends."""
        self.pause = 0.0
        """Seconds of silence before the last window of speech; 0 where it went on from the one before."""
        self.speech = 0.0
        """Seconds of windows taken for speech."""
        self.certainty = 0.0
        """The same, each weighed by its probability squared."""

    def hear(self, activity: VoiceActivity, start: float) -> bool:
        """Whether the window is speech that belongs to this run, which takes ``start`` to begin or resume."""
        at, seconds, probability, level, quiet_tail, background = activity
        going_on = at < self._likely_until + seconds / 2
        if probability < (min(self._timing.stop, start) if going_on else start):
            if level > background + CLEARLY and at < self._likely_until + self._timing.linger:
                self.voiced_until = at + seconds - quiet_tail
            return False
        end = self._likely_until = at + seconds
        in_doubt = going_on and self.speech > 0 and quiet_tail >= seconds
        if in_doubt and end - self.voiced_until <= self._timing.hang_over:
            return False
        self.pause = 0.0 if going_on else at - self.voiced_until
        self.voiced_until = end if in_doubt else end - quiet_tail
        self.speech += seconds
        self.certainty += probability * probability * seconds
        return True
