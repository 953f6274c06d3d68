"""Where calls that come in are answered, one session each."""

from __future__ import annotations

import gc
from collections.abc import Callable

import structlog

from voicebot.calls.session import CallSession
from voicebot.calls.stations import Stations
from voicebot.dialogue.actions import Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid
from voicebot.media.frame import Band
from voicebot.media.transport import MediaTransport

log = structlog.get_logger(__name__)


class Reception:
    """Answers every call with a conversation of its own."""

    def __init__(self, stations: Stations, new_conversation: Callable[[], Conversation]) -> None:
        self._stations = stations
        self._new_conversation = new_conversation

    async def rehearse(self) -> None:
        """Load now what is loaded on first use, and keep the collector of garbage off it: a pass over all of
        it would stop every call for 25 ms."""
        conversation = self._new_conversation()
        for action in [*conversation.start(), *conversation.handle(CallerSaid("yes"))]:
            if isinstance(action, Say):
                await self._render(action)
        gc.collect()
        gc.freeze()

    async def answer(self, transport: MediaTransport) -> None:
        """Hold one call from answer to record."""
        record = await CallSession(transport, self._new_conversation(), self._stations).run()
        log.info(
            "call_recorded",
            call_id=record.call_id,
            disposition=record.disposition,
            seconds=round(record.seconds, 1),
        )

    async def _render(self, say: Say) -> None:
        voice = self._stations.voices[say.language]
        await self._stations.prompts.render(
            say.text, voice=voice, rate=int(Band.NARROW), ephemeral=say.personal
        )
