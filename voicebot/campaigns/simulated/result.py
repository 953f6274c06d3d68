"""What a simulation came to. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from voicebot.disposition import HUMANS, Disposition

PROMISED: Final = frozenset({Disposition.RPC_PROMISE, Disposition.RPC_PARTIAL_PROMISE})


@dataclass(slots=True)
class Simulated:
    """What a simulation came to."""

    contacts: int
    days: int
    lines: int
    dials: int = 0
    answered: int = 0
    humans: int = 0
    abandoned: int = 0
    right_party: int = 0
    """Conversations with the verified person."""
    reached: int = 0
    """Contacts with one."""
    promises: int = 0
    kept: int = 0
    broken: int = 0
    followed_up: int = 0
    opt_outs: int = 0
    line_seconds: float = 0.0
    """From dial to the end, all lines together."""
    talk_seconds: float = 0.0
    """Of these, with people."""
    busy_until: datetime | None = None
    """The last dial."""
    blocks: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    """Contacts by what has become of them."""
    dispositions: Counter[str] = field(default_factory=Counter)
    by_day: Counter[tuple[date, str]] = field(default_factory=Counter)
    """``dials``, ``contacts`` and ``promises`` by day."""

    @property
    def abandon_rate(self) -> float:
        """Of people who answered."""
        return self.abandoned / self.humans if self.humans else 0.0

    def dialled(self, now: datetime, day: date) -> None:
        """Count a dial; ``day`` is that of its person."""
        self.dials += 1
        self.busy_until = now
        self.by_day[day, "dials"] += 1

    def ended(self, disposition: Disposition, seconds: float, *, picked_up: bool) -> None:
        """Count the end of a dial, ``seconds`` after it."""
        self.answered += picked_up
        self.humans += disposition in HUMANS
        self.abandoned += disposition is Disposition.ABANDONED
        self.dispositions[disposition] += 1
        self.line_seconds += seconds
        self.opt_outs += disposition is Disposition.DNC

    def talked(self, disposition: Disposition, day: date) -> None:
        """Count a conversation with the verified person; ``day`` is that of the person."""
        self.right_party += 1
        self.by_day[day, "contacts"] += 1
        if disposition in PROMISED:
            self.promises += 1
            self.by_day[day, "promises"] += 1
