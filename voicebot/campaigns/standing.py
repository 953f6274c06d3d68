"""What operators should know of running campaigns, on record: those who watch sit at another process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from voicebot.campaigns.figures import Every
from voicebot.campaigns.queue import ContactQueue

NOTE_SECONDS: Final = 15.0
"""Between two notes that a server looks after a campaign, while nothing changes."""


@dataclass(slots=True)
class _Noted:
    why: str | None = None
    again: Every = field(default_factory=lambda: Every(NOTE_SECONDS))


class Standing:
    """Notes what holds campaigns back as it changes, and now and then that somebody looks after them."""

    def __init__(self, queue: ContactQueue, now: Callable[[], datetime]) -> None:
        self._queue = queue
        self._now = now
        self._noted: dict[str, _Noted] = {}

    async def note(self, campaign: str, why: str | None) -> None:
        """Write it down; ``why`` is a sentence, ``None`` when all is well.

        Raises:
            StoreError: it could not be written.
        """
        noted = self._noted.setdefault(campaign, _Noted())
        if noted.again.is_due() or why != noted.why:
            await self._queue.looked_after(campaign, self._now(), why)
            noted.why = why
