"""Learns how long this caller pauses in the middle of what they say. Pure.

Pauses inside utterances are taken to be exponentially long beyond the shortest that counts, so that one mean
tells every quantile: the delay is the silence that all but one in fifty pauses stay below. The mean starts at
what the settings expect, worth a few pauses, and follows the call from there.
"""

from __future__ import annotations

from math import log

from voicebot.turns.timing import TurnTiming

SHORTEST = 0.1
"""Seconds of silence from which a gap is a pause; stop consonants are silent for less."""

PREMATURE = 0.02
"""The share of pauses that may be taken for the end."""

PRIOR = 6.0
"""Pauses that the settings are worth: one long pause moves the delay by a tenth of a second or two."""

MEMORY = 24.0
"""Pauses that are remembered: a caller who calms down is served faster again."""


class Pace:
    """One caller's pauses, and the silence that most likely means the end."""

    __slots__ = ("_mean", "_timing", "_weight")

    def __init__(self, timing: TurnTiming) -> None:
        self._timing = timing
        self._mean = max(timing.endpointing - SHORTEST, 0.0) / -log(PREMATURE)
        self._weight = PRIOR

    def paused(self, seconds: float) -> None:
        """The caller was silent for so long and went on: less than ``SHORTEST`` is no pause."""
        if not self._timing.adaptive or seconds < SHORTEST:
            return
        self._weight = min(self._weight + 1, MEMORY)
        self._mean += (seconds - SHORTEST - self._mean) / self._weight

    @property
    def delay(self) -> float:
        """Seconds of silence that end an utterance of this caller's, within the bounds of the settings."""
        if not self._timing.adaptive:
            return self._timing.endpointing
        timing = self._timing
        delay = SHORTEST - log(PREMATURE) * self._mean
        shortest = min(timing.endpointing_shortest, timing.endpointing)
        return min(max(delay, shortest), max(timing.endpointing_longest, timing.endpointing))

    def at_least(self, delay: float) -> float:
        """``delay``, longer in proportion for a caller who pauses longer than most."""
        slower = max(self.delay / self._timing.endpointing, 1.0)
        return max(delay, min(delay * slower, self._timing.endpointing_longest))
