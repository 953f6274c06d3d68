"""Tells the caller from voices behind the caller, by loudness. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

INAUDIBLE = -65.0
# dBFS under which nobody speaks: G.711's own idle noise lies there. A neural detector goes on reporting
# speech up to 0.15 s after the last sound.


class GateSettings(BaseModel):
    """How voices in the background are kept from taking the turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    below: float = Field(default=12.0, ge=6.0, le=60.0)
    """dB under the caller's own level at which speech is taken for somebody else's; 60 switches the gate off
    in effect."""
    learn: float = Field(default=0.3, ge=0.1, le=5.0)
    """Seconds of speech that pass before the caller's level is believed."""
    hold: float = Field(default=0.4, ge=0.0, le=1.0)
    """Seconds after loud speech in which softer speech passes too: word endings are soft, and so are runs of
    consonants such as those in "next Friday"."""
    relent: float = Field(default=2.0, ge=0.5, le=20.0)
    """dB that the believed level sinks per second of speech kept out: a caller who has become softer is
    let in again, 6 dB more after three seconds."""


class LevelGate:
    """Turns the probability of speech to 0 where it is far softer than this caller's."""

    __slots__ = ("_heard", "_held", "_level", "_settings")

    def __init__(self, settings: GateSettings) -> None:
        self._settings = settings
        self._level = -100.0
        self._heard = 0.0
        self._held = 0.0

    @property
    def level(self) -> float:
        """The caller's speech level as believed, in dBFS; -100 before the first word."""
        return self._level

    def admit(self, level: float, probability: float, seconds: float) -> float:
        """The probability that one window is *this caller's* speech.

        Args:
            level: of the window, in dBFS.
            probability: that it is anybody's speech.
            seconds: length of the window.
        """
        if level < INAUDIBLE:
            self._held -= seconds
            return 0.0
        if probability < 0.5:
            self._held -= seconds
            return probability
        if self._heard < self._settings.learn or level > self._level - self._settings.below:
            self._learn(level, seconds)
            return probability
        self._level -= self._settings.relent * seconds
        self._held -= seconds
        return probability if self._held > 0 else 0.0

    def _learn(self, level: float, seconds: float) -> None:
        """Follow the loud half of speech: vowels, not the consonants between them."""
        follow = 0.3 if level > self._level else 0.03
        self._level = level if self._heard == 0.0 else self._level + follow * (level - self._level)
        self._heard += seconds
        self._held = self._settings.hold
