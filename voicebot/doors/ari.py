"""Calls that Asterisk hands over by ARI, and those that we place through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from voicebot.amd.early import EarlySignals
from voicebot.calls.matter import Matter, Matters
from voicebot.calls.patience import keep
from voicebot.calls.record import CallRecord
from voicebot.calls.stations import HandOffEvent, Stations
from voicebot.calls.suppression import NumberKey
from voicebot.campaigns.pacing import Queue
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.events import AgentLeft, HandedOff, HandOffFailed
from voicebot.disposition import Disposition
from voicebot.doors.people import queue_of
from voicebot.media.places import Places
from voicebot.media.transport import MediaTransport
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.reception import Reception
from voicebot.telephony.ari_control import AriControl
from voicebot.telephony.ari_legs import CallGoneError
from voicebot.telephony.channel import (
    Channel,
    DialOutcome,
    NotConnectedError,
    NotHandedOffError,
    OriginateRequest,
)
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
        numbers: NumberKey,
        places: Places | None = None,
    ) -> None:
        self._media = media
        self._matters = matters
        self._numbers = numbers
        self._call_log = stations.call_log
        self._reception = Reception(replace(stations, hand_off=self._hand_off))
        self.control = AriControl(ari, media, telephony, on_call=self._answer, places=places)

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

    @property
    def reachable(self) -> bool:
        """Asterisk can be told to dial."""
        return self.control.client.connected

    @property
    def free_places(self) -> int:
        """Calls that may be held besides those that are."""
        return self.control.free_places

    def free_lines(self, trunk: str) -> int:
        """Lines of a trunk that nobody has reserved.

        Raises:
            TelephonyError: there is no such trunk.
        """
        return self.control.free_lines(trunk)

    def holds(self, call_id: str) -> bool:
        """Whether a call has its line and its place."""
        return self.control.holds(call_id)

    async def people(self, queue: str) -> Queue | None:
        """The people of a queue, and who waits for them; ``None`` when Asterisk does not say."""
        return await queue_of(self.control, queue)

    async def place(self, request: OriginateRequest, matter: Matter) -> CallRecord:
        """Dial, and hold the call if somebody answers; the record tells either way. A number or a person that
        is never to be called again, in any campaign or in this one, is not dialled: ``BLOCKED_RULE``.

        It is on disk before anything rings: an attempt whose end nobody saw is not made twice.

        Raises:
            StoreError: the attempt could not be written down, or nobody can tell whether the number may be
                called, so nothing was dialled.
            TelephonyError: Asterisk could not be asked, or the call broke off; its record is kept.
        """
        telephone = self._numbers.telephone(request.number)
        matter = replace(matter, direction="outbound", telephone=telephone)
        suppressed = await self._is_suppressed(matter)
        attempt = _unheard(request.channel_id, matter)
        await self._call_log.call_started(
            attempt.call_id,
            flow=attempt.flow,
            flow_version=attempt.flow_version,
            language=attempt.language,
            started_at=attempt.started_at,
            direction="outbound",
            account_id=matter.account_id,
        )
        if suppressed:
            return await self._keep(attempt, Disposition.BLOCKED_RULE)
        try:
            line = self.control.open_call(
                request, EarlySignals().hear, lambda: self._refuse_suppressed(matter)
            )
            return await self._hold(line, matter, attempt)
        except NotConnectedError as nobody:
            outcome = nobody.outcome
        return await self._keep(attempt, outcome.disposition, outcome.cause, outcome.sip_status)

    async def _refuse_suppressed(self, matter: Matter) -> None:
        """Whoever wanted no more calls while we waited for a line is not called either."""
        if await self._is_suppressed(matter):
            blocked = DialOutcome(Disposition.BLOCKED_RULE, cause=0)
            raise NotConnectedError(blocked, "they wanted no more calls while the line was awaited")

    async def _is_suppressed(self, matter: Matter) -> bool:
        number_hash = matter.telephone.hash if matter.telephone else None
        known = self._call_log.suppressions_of(
            number_hash, account_id=matter.account_id, campaign=matter.campaign
        )
        return bool(await known)

    async def _answer(self, channel: Channel) -> None:
        matter = await self._matters.inbound(channel.dialled, channel.caller_number)
        matter = replace(matter, telephone=self._numbers.telephone(channel.caller_number))
        await self._hold(self._picked_up(channel), matter, _unheard(channel.id, matter))

    @asynccontextmanager
    async def _picked_up(self, channel: Channel) -> AsyncIterator[MediaTransport]:
        await self.control.answer(channel)
        async with self.control.open_media(channel) as transport:
            yield transport

    async def _hold(
        self, line: AbstractAsyncContextManager[MediaTransport], matter: Matter, unheard: CallRecord
    ) -> CallRecord:
        """Hold a call on a line yet to be opened; ``unheard`` is kept of it should that fail."""
        opened = False
        try:
            async with line as transport:
                opened = True
                return await self._reception.hold(transport, matter)
        except NotConnectedError:
            raise
        except BaseException as error:
            if not opened:
                left = isinstance(error, CallGoneError)
                ending = Disposition.SILENCE if left else Disposition.TECHNICAL_FAILURE
                await asyncio.shield(self._keep(unheard, ending))
            raise

    async def _keep(
        self,
        unheard: CallRecord,
        disposition: Disposition,
        cause: int | None = None,
        sip_status: int | None = None,
    ) -> CallRecord:
        record = replace(unheard, disposition=disposition, cause=cause, sip_status=sip_status)
        await keep(self._call_log, record)
        log.info("unheard_call_recorded", call_id=record.call_id, disposition=disposition)
        return record

    async def _hand_off(self, call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        skills = " ".join(to.skills)
        facts = {"call_id": call_id, "topic": to.topic, "summary": to.summary, "skills": skills}
        try:
            async for step in self.control.hand_off(Channel(call_id), to.queue, facts):
                yield _TOLD[step]
        except CallGoneError:
            return  # as the end of the sound tells
        except NotHandedOffError as error:
            log.warning("not_handed_off", reason=str(error))
            yield HandOffFailed()


def _unheard(call_id: str, matter: Matter) -> CallRecord:
    """The record of a call in which nothing is said, until it is known why."""
    flow, language = matter.conversation.flow, matter.conversation.language
    return CallRecord(
        call_id=call_id,
        flow=flow.id,
        flow_version=flow.version,
        language=language,
        started_at=datetime.now().astimezone(),
        seconds=0.0,
        disposition=Disposition.TECHNICAL_FAILURE,
        promise=None,
        turns=(),
        direction=matter.direction,
        account_id=matter.account_id,
    )
