"""What callers asked for, as those who work it off see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voicebot.disposition import Request


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
