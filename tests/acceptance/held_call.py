"""One call as the bot sees it: its journal, while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from voicebot.calls.events import CallEnded, CallEvent
from voicebot.calls.journal import Journal

E = TypeVar("E", bound=CallEvent)


class HeldCall:
    """Lets a test wait for what happens in a call."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._news = asyncio.Event()
        journal.follow(lambda event: self._news.set())

    async def until(self, kind: type[E], **fields: Any) -> E:
        """Wait until an event of that kind has been written in which these fields say so; the newest."""
        while not (found := self._found(kind, fields)):
            assert not self._found(CallEnded, {}), f"the call ended without {kind.__name__} {fields}"
            self._news.clear()
            await self._news.wait()
        return found[-1]

    def _found(self, kind: type[E], fields: dict[str, Any]) -> list[E]:
        return [
            event
            for event in self._journal
            if isinstance(event, kind) and all(getattr(event, name) == fields[name] for name in fields)
        ]

    def follow(self, listener: Callable[[CallEvent], None]) -> None:
        """Tell of every event, those that have been written included."""
        for event in self._journal:
            listener(event)
        self._journal.follow(listener)
