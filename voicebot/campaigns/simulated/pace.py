"""How far the simulated dialer runs ahead of answers, by the rules of the real one. Pure."""

from __future__ import annotations

from collections import deque
from typing import Final

from voicebot.campaigns.pacing import ADAPT_SECONDS, Answers, Level, PacingSettings, adapted
from voicebot.campaigns.simulated.result import Simulated

RECENT: Final = 900.0
"""Seconds back in which ended dials tell how many are answered."""


class Pace:
    """Looks at what comes of dials as often as the dialer does."""

    def __init__(self, settings: PacingSettings, result: Simulated) -> None:
        self._settings = settings
        self._result = result
        self._ahead = settings.mode != "progressive"
        self._recent: deque[tuple[float, bool]] = deque()
        self._answered = 0
        self._level, self._looked_at = Level(), float("-inf")

    def ended(self, at: float, *, picked_up: bool) -> None:
        """Take the end of a dial."""
        if self._ahead:
            self._recent.append((at, picked_up))
            self._answered += picked_up

    def level(self, at: float) -> Level:
        """How many dials there are for each free line now."""
        if self._ahead and at - self._looked_at >= ADAPT_SECONDS:
            self._looked_at = at
            self._level = adapted(self._level, self._settings, self._answers(at), at)
        return self._level

    def _answers(self, at: float) -> Answers:
        while self._recent and self._recent[0][0] <= at - RECENT:
            self._answered -= self._recent.popleft()[1]
        return Answers(
            dialled=len(self._recent),
            answered=self._answered,
            humans=self._result.humans,
            abandoned=self._result.abandoned,
        )
