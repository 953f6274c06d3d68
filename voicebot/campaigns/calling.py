"""One attempt, from the dial to what follows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from voicebot.calls.matter import Matter
from voicebot.calls.patience import patiently
from voicebot.calls.record import CallRecord
from voicebot.calls.suppression import CHANNEL_OF, NumberKey, Suppression
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.law import Law
from voicebot.campaigns.lines import Door
from voicebot.campaigns.outcomes import ended, ended_at, follow
from voicebot.campaigns.queue import Attempted, Candidate, ContactQueue, Dial
from voicebot.campaigns.reconcile import CallBook, record_of
from voicebot.campaigns.retry import Next, TryAgain
from voicebot.disposition import REQUEST_OF
from voicebot.errors import VoicebotError
from voicebot.telephony.channel import OriginateRequest

LINE_SECONDS: Final = 5.0
"""For a line that somebody else took since the decision to dial: what was allowed then may not be later."""

log = structlog.get_logger(__name__)


class Caller:
    """Places the calls of campaigns; nothing that happens in one disturbs another."""

    def __init__(
        self,
        queue: ContactQueue,
        calls: CallBook,
        door: Door,
        numbers: NumberKey,
        law: Law,
        stopping: asyncio.Event,
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._calls = calls
        self._door = door
        self._numbers = numbers
        self._law = law
        self._stopping = stopping
        self._now = now

    async def call(
        self, candidate: Candidate, dial: Dial, matter: Matter, settings: CampaignSettings
    ) -> None:
        """Dial, hold the call, and put on disk how it ended and what follows."""
        with bound_contextvars(campaign=candidate.campaign):
            try:
                record = await self._place(candidate, dial, matter, settings)
                await asyncio.shield(self._finish(record, candidate, settings))
            except Exception:
                log.exception("attempt_not_finished", call_id=dial.attempt_id)  # it is reconciled later

    async def _place(
        self, candidate: Candidate, dial: Dial, matter: Matter, settings: CampaignSettings
    ) -> CallRecord:
        try:
            return await self._door.place(_request(dial, settings), matter)
        except VoicebotError as error:
            log.warning("not_placed", call_id=dial.attempt_id, why=str(error))
        now = self._now()
        return await patiently(
            lambda: record_of(self._calls, dial.attempt_id, candidate.account_id, settings, now),
            self._stopping.is_set,
        )

    async def _finish(self, record: CallRecord, candidate: Candidate, settings: CampaignSettings) -> None:
        await patiently(lambda: self._suppress(record, candidate), self._stopping.is_set)
        follows = partial(self._follow, record, settings)
        following = await patiently(lambda: self._queue.finish(ended(record), follows), self._stopping.is_set)
        again = following.at if isinstance(following, TryAgain) else None
        log.info("attempt_ended", call_id=record.call_id, disposition=record.disposition, again_at=again)

    def _follow(self, record: CallRecord, settings: CampaignSettings, attempted: Attempted) -> Next:
        zone = self._law.zone(attempted.candidate.person, attempted.e164)
        return follow(record, attempted, settings.retry, zone)

    async def _suppress(self, record: CallRecord, candidate: Candidate) -> None:
        """Whoever wants no more calls is spared, by all their telephones, in every campaign."""
        request = REQUEST_OF.get(record.disposition)
        channel = CHANNEL_OF.get(request) if request else None
        if request is None or channel is None:
            return
        for phone in candidate.phones:
            number_hash = self._numbers.hash(phone.e164)
            if number_hash and not await self._calls.suppressions_of(number_hash):
                await self._calls.suppress(
                    Suppression(
                        number_hash,
                        channel,
                        since=ended_at(record),
                        reason=request.value,
                        call_id=record.call_id,
                        person_id=candidate.person.person_id,
                    )
                )


def _request(dial: Dial, settings: CampaignSettings) -> OriginateRequest:
    shown = next((one for one in settings.caller_ids if one.number == dial.caller_id), dial.caller_id)
    return OriginateRequest(
        endpoint=settings.dialled(dial.e164, dial.trunk),
        trunk=dial.trunk,
        channel_id=dial.attempt_id,
        caller_id=str(shown),
        ring_seconds=settings.ring_seconds,
        early_media=settings.early_media,
        called=dial.e164,
        line_seconds=LINE_SECONDS,
    )
