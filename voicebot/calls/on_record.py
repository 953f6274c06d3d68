"""One call in the call log: what of it is on disk, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog

from voicebot.calls.journal import Journal
from voicebot.calls.matter import Matter
from voicebot.calls.patience import keep
from voicebot.calls.record import CallLog, CallRecord
from voicebot.calls.suppression import suppressed_by
from voicebot.calls.transcript import call_record
from voicebot.disposition import PromiseToPay, Request
from voicebot.errors import StoreError

log = structlog.get_logger(__name__)


class OnRecord:
    """Puts on disk what a call leaves behind, as it comes to be.

    A disk that fails is logged, and the caller goes on being served; what is not on disk is told by False.
    Make it when the call begins, where an event loop runs.
    """

    def __init__(
        self, call_id: str, matter: Matter, call_log: CallLog, journal: Journal, started_at: datetime
    ) -> None:
        self._call_id = call_id
        self._matter = matter
        self._call_log = call_log
        self._journal = journal
        # Nobody waits for the disk before the greeting; a promise does.
        self._begun = asyncio.create_task(self._begin(started_at), name=f"note {call_id}")

    async def _begin(self, started_at: datetime) -> bool:
        """Tell the call log; False leaves the caller served, but no promise is taken without a call."""
        if self._matter.direction == "outbound":
            return True  # written down before it was dialled
        conversation = self._matter.conversation
        try:
            await self._call_log.call_started(
                self._call_id,
                flow=conversation.flow.id,
                flow_version=conversation.flow.version,
                language=conversation.language,
                started_at=started_at,
                account_id=self._matter.account_id,
            )
        except StoreError as error:
            log.error("call_not_logged", reason=str(error))
            return False
        return True

    async def promise(self, promise: PromiseToPay) -> bool:
        """Whether a confirmed promise is on disk, so that it may be called noted."""
        return await self._on_disk("promise", lambda: self._call_log.record_promise(self._call_id, promise))

    async def request(self, request: Request) -> bool:
        """Whether what the caller asked for is on disk, so that it may be called noted."""
        kept = await self._on_disk(
            "request",
            lambda: self._call_log.record_request(self._call_id, request, self._matter.telephone),
            kind=request.kind.value,
        )
        if not kept:
            await self._suppress_alone(request)
        return kept

    async def _suppress_alone(self, request: Request) -> None:
        """A number is spared by a row that needs no other, where neither call nor request are on record."""
        suppression = suppressed_by(request, self._matter.telephone, None, datetime.now(UTC))
        if suppression:
            await self._on_disk("suppression", lambda: self._call_log.suppress(suppression), of_call=False)

    async def _on_disk(
        self,
        what: str,
        record: Callable[[], Coroutine[Any, Any, None]],
        *,
        of_call: bool = True,
        **facts: str,
    ) -> bool:
        try:
            if of_call and not await self._begun:
                raise StoreError("its call is not on record")
            await asyncio.shield(record())
        except StoreError as error:
            log.error(f"{what}_not_recorded", reason=str(error), **facts)
            return False
        return True

    async def conclusion(self) -> None:
        """Should we die while the caller talks with a human, how the contact ended is known."""
        if await self._begun:
            try:
                await asyncio.shield(self._call_log.call_ended(call_record(self._journal)))
            except StoreError as error:
                log.error("conclusion_not_recorded", reason=str(error))

    async def end(self) -> CallRecord:
        """What remains of the call now that it is over, on disk as soon as that is possible."""
        record = call_record(self._journal)
        if not await self._begun:
            record = replace(record, call_id=str(uuid4()))  # its own id may be another call's
            log.warning("call_recorded_under_another_id", record=record.call_id)
        await keep(self._call_log, record)
        return record
