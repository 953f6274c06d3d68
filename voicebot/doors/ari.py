"""Calls that Asterisk hands over by ARI, and those that we place through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from voicebot.calls.matter import Matter, Matters
from voicebot.calls.record import CallRecord
from voicebot.calls.stations import HandOffEvent, Stations
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.events import AgentLeft, HandedOff, HandOffFailed
from voicebot.disposition import Disposition
from voicebot.errors import TelephonyError
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.reception import Reception
from voicebot.telephony.ari_control import AriControl
from voicebot.telephony.channel import Channel, DialOutcome, NotConnectedError, OriginateRequest
from voicebot.telephony.control import HandOffStep
from voicebot.telephony.settings import AriSettings, TelephonySettings

log = structlog.get_logger(__name__)

_TOLD: Final[dict[HandOffStep, HandOffEvent]] = {
    HandOffStep.ANSWERED: HandedOff(),
    HandOffStep.NOBODY: HandOffFailed(),
    HandOffStep.AGENT_LEFT: AgentLeft(),
    HandOffStep.OUT_OF_SIGHT: HandedOff(),
}


class AriDoor:
    """Answers by the number that was dialled and by who calls, and dials out."""

    def __init__(
        self,
        ari: AriSettings,
        telephony: TelephonySettings,
        media: MediaWebSocketServer,
        stations: Stations,
        matters: Matters,
    ) -> None:
        self._media = media
        self._matters = matters
        self._call_log = stations.call_log
        self._reception = Reception(replace(stations, hand_off=self._hand_off))
        self.control = AriControl(ari, media, telephony, on_call=self._answer)

    async def run(self, stopping: asyncio.Event, drain: float) -> None:
        """Take calls until ``stopping``; then none, and ``drain`` seconds for those in progress.

        Raises:
            AriRefusedError: Asterisk will not have us.
            MediaError: the media port cannot be had.
        """
        async with self._media:
            serving = asyncio.create_task(self.control.run(), name="ari door")
            waiting = asyncio.create_task(stopping.wait())
            try:
                await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
                if not serving.done():
                    log.info("draining", door="ari", calls=self.control.calls, seconds=drain)
                    await self.control.drain(drain)
                    serving.cancel()
                with suppress(asyncio.CancelledError):
                    await serving
            finally:
                serving.cancel()
                waiting.cancel()
                await asyncio.wait((serving, waiting))

    async def place(self, request: OriginateRequest, matter: Matter) -> CallRecord:
        """Dial, and hold the call if somebody answers; the record tells either way.

        It is on disk before anything rings: an attempt whose end nobody saw is not made twice.

        Raises:
            StoreError: the attempt could not be written down, so nothing was dialled.
            TelephonyError: Asterisk could not be asked, or the call broke off; its record is kept.
        """
        attempt = _attempt(request, matter)
        await self._call_log.call_started(
            attempt.call_id,
            flow=attempt.flow,
            flow_version=attempt.flow_version,
            language=attempt.language,
            started_at=attempt.started_at,
            direction="outbound",
            account_id=matter.account_id,
        )
        try:
            channel = await self.control.originate(request)
        except NotConnectedError as reached_nobody:
            return await self._nobody(attempt, reached_nobody.outcome)
        except TelephonyError:
            await self._nobody(attempt, DialOutcome(Disposition.TECHNICAL_FAILURE, 0))
            raise
        try:
            async with self.control.open_media(channel) as transport:
                return await self._reception.hold(transport, matter)
        finally:
            await self.control.hang_up(channel)

    async def _nobody(self, attempt: CallRecord, outcome: DialOutcome) -> CallRecord:
        record = replace(
            attempt, disposition=outcome.disposition, cause=outcome.cause, sip_status=outcome.sip_status
        )
        await self._call_log.call_ended(record)
        log.info("attempt_recorded", call_id=record.call_id, disposition=record.disposition)
        return record

    async def _answer(self, channel: Channel) -> None:
        matter = await self._matters.inbound(channel.dialled, channel.caller_number)
        await self.control.answer(channel)
        async with self.control.open_media(channel) as transport:
            await self._reception.hold(transport, matter)

    async def _hand_off(self, call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        facts = {"call_id": call_id, "topic": to.topic, "summary": to.summary}
        async for step in self.control.hand_off(Channel(call_id), to.queue, facts):
            yield _TOLD[step]


def _attempt(request: OriginateRequest, matter: Matter) -> CallRecord:
    """The record of a dial, until more is known."""
    flow, language = matter.conversation.flow, matter.conversation.language
    return CallRecord(
        call_id=request.channel_id,
        flow=flow.id,
        flow_version=flow.version,
        language=language,
        started_at=datetime.now().astimezone(),
        seconds=0.0,
        disposition=Disposition.TECHNICAL_FAILURE,
        promise=None,
        turns=(),
        direction="outbound",
        account_id=matter.account_id,
    )
