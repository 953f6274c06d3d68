"""What a call is about. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voicebot.calls.record import Direction
from voicebot.calls.suppression import Telephone
from voicebot.dialogue.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Matter:
    """The conversation to be held, and whose it is."""

    conversation: Conversation
    account_id: str | None = None
    """Whose debt it is about; ``None`` while nobody knows."""
    direction: Direction = "inbound"
    telephone: Telephone | None = None
    """That of whoever is on the line; ``None`` where nobody tells it."""
    campaign: str | None = None
    """The one that calls, if one does."""


class Matters(Protocol):
    """Decides what callers are talked with about: ``Desk``, for one."""

    async def inbound(self, dialled: str = "", caller: str = "") -> Matter:
        """The matter of a caller, by the number they called and their own, each empty where nobody tells."""
