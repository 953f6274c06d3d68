"""How far a campaign is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voicebot.campaigns.queue import CampaignState
from voicebot.campaigns.retry import FINAL, ContactState


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign in numbers, as of one moment."""

    name: str
    state: CampaignState
    contacts: Mapping[ContactState, int]
    """How many are in each state."""
    live: int
    """Calls that go on, ringing ones included, in all processes."""
    dials: int
    """Attempts since the beginning."""
    answered: int
    """By people, since the beginning."""
    promises: int
    """Attempts that ended in one, since the beginning."""
    dispositions: Mapping[str, int]
    """How attempts ended, since the beginning."""
    blocked: Mapping[str, int]
    """How often contacts were put off or left to people, by reason."""
    next_at: datetime | None
    """When the next contact comes due; ``None`` when none waits."""

    @property
    def total(self) -> int:
        """All contacts."""
        return sum(self.contacts.values())

    @property
    def final(self) -> int:
        """Contacts in their final state."""
        return sum(self.contacts.get(state, 0) for state in FINAL)

    def as_json(self) -> dict[str, Any]:
        """For another program."""
        return {
            "campaign": self.name,
            "state": self.state.value,
            "contacts": {state.value: self.contacts.get(state, 0) for state in ContactState},
            "live": self.live,
            "dials": self.dials,
            "answered": self.answered,
            "promises": self.promises,
            "dispositions": dict(self.dispositions),
            "blocked": dict(self.blocked),
            "next_at": self.next_at and self.next_at.isoformat(),
        }
