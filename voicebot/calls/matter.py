"""What a call is about. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.calls.record import Direction
from voicebot.dialogue.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Matter:
    """The conversation to be held, and whose it is."""

    conversation: Conversation
    account_id: str | None = None
    """Whose debt it is about; ``None`` while nobody knows."""
    direction: Direction = "inbound"
