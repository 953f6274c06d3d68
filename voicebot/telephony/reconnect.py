"""How long to wait before a lost connection is tried again. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

_MOST_DOUBLINGS = 20
"""Far beyond any ceiling that the settings allow: keeps the arithmetic small."""


class ReconnectSettings(BaseModel):
    """Back-off between attempts to connect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_seconds: float = Field(default=0.25, ge=0.05, le=10.0)
    """Wait after the first failure; doubled by every further one."""
    most_seconds: float = Field(default=15.0, ge=0.05, le=300.0)
    """Longest wait."""
    stable_seconds: float = Field(default=10.0, ge=0.0, le=600.0)
    """Seconds a connection must have lived for the next loss to count as the first again. A peer that
    accepts and closes at once is thus backed off from like one that does not answer."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often in a row it went wrong."""

    settings: ReconnectSettings
    failures: int = 0

    def after(self, lived_seconds: float) -> Backoff:
        """The next state, once a connection has ended that lived so long; 0.0 if it never came about."""
        stable = 0.0 < self.settings.stable_seconds <= lived_seconds
        return Backoff(self.settings, 1 if stable else min(self.failures + 1, _MOST_DOUBLINGS))

    def wait_seconds(self, dice: float) -> float:
        """Seconds to wait now; ``dice`` in [0, 1) spreads many bots over the upper half of the wait, so
        that they do not all come back to a restarted Asterisk at one moment."""
        doubled = self.settings.first_seconds * 2.0 ** max(self.failures - 1, 0)
        return min(doubled, self.settings.most_seconds) * (1 - dice / 2)
