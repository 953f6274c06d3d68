"""How far a campaign is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from voicebot.campaigns.queue import Campaign, CampaignState
from voicebot.campaigns.retry import FINAL, ContactState

UNATTENDED: Final = timedelta(seconds=60)
"""Without a look after which no server is there."""
NO_SERVER: Final = "no server looks after it: voicebot serve, with this database"


def notice(campaign: Campaign, now: datetime) -> str | None:
    """What an operator should know of a running campaign, as its server has noted it; one that was just
    started, or whose server was, has a minute."""
    if campaign.state is not CampaignState.RUNNING:
        return None
    last = max(campaign.changed_at, campaign.looked_at or campaign.changed_at)
    return NO_SERVER if now - last > UNATTENDED else campaign.notice


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
    notice: str | None
    """What keeps it from dialling while it runs, or is wrong with its file; ``None`` when all is well."""
    held: Mapping[str, int]
    """Contacts that a person looks at first, by reason."""
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
            "notice": self.notice,
            "held": dict(self.held),
            "next_at": self.next_at and self.next_at.isoformat(),
        }
