"""What callers asked for, as those who work it off see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voicebot.disposition import HOLDS_DEBT, HOLDS_PERSON, Request


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody has looked into something."""

    by: str
    why: str
    """For the record."""


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request on record."""

    request_id: int
    call_id: str
    """The call in which it was made."""
    account_id: str | None
    """Whose it is; ``None`` where nobody knows: the recording of the call tells more."""
    language: str
    created_at: datetime
    """With time zone."""
    request: Request
    done: bool
    """Somebody has worked it off."""
    closed_at: datetime | None = None
    """With time zone; ``None`` while it is open, and where an older voicebot closed it."""
    closed: Decision | None = None

    @property
    def holds(self) -> bool:
        """Whether it keeps somebody we know of from being called until it is closed."""
        return self.account_id is not None and self.request.kind in HOLDS_PERSON | HOLDS_DEBT
