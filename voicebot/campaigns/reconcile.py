"""What a dead process left: attempts without an end, and calls without an attempt's."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Protocol

import structlog

from voicebot.calls.record import CallLog, CallRecord
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.law import Law
from voicebot.campaigns.outcomes import ended, follow
from voicebot.campaigns.queue import Attempted, ContactQueue, LeftAttempt
from voicebot.campaigns.retry import Next
from voicebot.disposition import Disposition
from voicebot.errors import StoreError

log = structlog.get_logger(__name__)


class CallBook(CallLog, Protocol):
    """A call log that can be read."""

    async def find_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call; ``None`` when there is none of that name or it is in progress."""

    async def end_call(self, call_id: str) -> CallRecord | None:
        """The record of a call that nobody holds any more, ended by what is on disk of it if nothing ended
        it before; ``None`` when there is none of that name.

        Raises:
            StoreError: it could not be written.
        """


async def reconcile(
    queue: ContactQueue,
    calls: CallBook,
    law: Law,
    settings_of: Callable[[str], CampaignSettings],
    now: datetime,
    going_on: Collection[str],
) -> int:
    """End what dead processes left as the records of their calls say; how many attempts there were.

    A call ends by the promise or the opt-out that is on disk; an attempt of which nothing is on disk was
    never dialled. Either way each attempt has one call, each call one record, and the contact goes on.

    Args:
        queue: the attempts.
        calls: their calls.
        law: tells what time it is where people are.
        settings_of: by the name of a campaign.
        now: the moment.
        going_on: this process's own attempts.

    Raises:
        StoreError: the database failed; what was done so far stays.
    """
    await calls.close_interrupted()
    left = await queue.left_attempts(now, going_on)
    for attempt in left:
        try:
            await _end(attempt, queue, calls, law, settings_of(attempt.campaign))
        except StoreError:
            raise
        except Exception as error:  # what it says may be personal; and those behind it are to be ended
            log.error("attempt_not_reconciled", call_id=attempt.attempt_id, error=type(error).__name__)
    return len(left)


async def _end(
    attempt: LeftAttempt, queue: ContactQueue, calls: CallBook, law: Law, settings: CampaignSettings
) -> None:
    record = await record_of(calls, attempt.attempt_id, attempt.account_id, settings, attempt.placed_at)
    await queue.finish(ended(record), partial(_follow, record, attempt, settings, law))
    log.warning(
        "attempt_reconciled",
        call_id=attempt.attempt_id,
        disposition=record.disposition,
        dialled=attempt.has_call,
    )


async def record_of(
    calls: CallBook, call_id: str, account_id: str, settings: CampaignSettings, placed_at: datetime
) -> CallRecord:
    """The record of a call; one that says that we failed is written where there is none.

    Raises:
        StoreError: the database failed.
    """
    if record := await calls.end_call(call_id):
        return record
    record = CallRecord(
        call_id=call_id,
        flow=settings.flow,
        flow_version="",
        language=settings.language,
        started_at=placed_at,
        seconds=0.0,
        disposition=Disposition.TECHNICAL_FAILURE,
        promise=None,
        turns=(),
        direction="outbound",
        account_id=account_id,
    )
    await calls.call_ended(record)
    return record


def _follow(
    record: CallRecord, attempt: LeftAttempt, settings: CampaignSettings, law: Law, attempted: Attempted
) -> Next:
    zone = law.zone(attempted.candidate.person, attempted.e164)
    return follow(record, attempted, settings.retry, zone, interrupted=attempt.has_call)
