"""Where calls are held, one session each."""

from __future__ import annotations

import gc
from collections.abc import Iterable

import structlog

from voicebot.calls.matter import Matter
from voicebot.calls.record import CallRecord
from voicebot.calls.session import CallSession
from voicebot.calls.stations import Stations
from voicebot.dialogue.actions import Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerSaid
from voicebot.errors import VoicebotError
from voicebot.media.frame import Band
from voicebot.media.transport import MediaTransport
from voicebot.tts.sentences import split_sentences

PASSES = 5000, 20, 100
"""Objects made and kept before a pass over the young ones, of about 2 ms; such passes before one over
the older; and those before a full one. A call keeps some 200 and, once over, leaves none to the collector."""

log = structlog.get_logger(__name__)


class CallFailedError(VoicebotError):
    """A call broke off by our fault: its record is kept, and a person should go on with the caller."""

    def __init__(self, record: CallRecord) -> None:
        super().__init__(f"call {record.call_id} failed; see call_failed in the log")


class Reception:
    """Holds calls on the stations that they share."""

    def __init__(self, stations: Stations) -> None:
        self._stations = stations

    async def rehearse(self, conversations: Iterable[Conversation]) -> None:
        """Load now what is loaded on first use, have the first prompts ready, and keep the collector of
        garbage off it all: a full pass would stop every call for 25 ms."""
        for conversation in conversations:
            for action in [*conversation.start(), *conversation.handle(CallerSaid("yes"))]:
                if isinstance(action, Say):
                    await self._render(action)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*PASSES)

    async def hold(self, transport: MediaTransport, matter: Matter) -> CallRecord:
        """Hold one call from answer to record.

        Raises:
            CallFailedError: something of ours failed; the line is still up.
        """
        session = CallSession(transport, matter, self._stations)
        record = await session.run()
        log.info(
            "call_recorded",
            call_id=record.call_id,
            disposition=record.disposition,
            seconds=round(record.seconds, 1),
        )
        if session.failed:
            raise CallFailedError(record)
        return record

    async def _render(self, say: Say) -> None:
        voice = self._stations.voices[say.language]
        for sentence in split_sentences(say.text):
            await self._stations.prompts.render(
                sentence, voice=voice, rate=int(Band.NARROW), ephemeral=say.personal
            )
