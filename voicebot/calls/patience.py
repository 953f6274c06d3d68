"""Work that waits for a database which does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import Final, TypeVar

import structlog

from voicebot.calls.record import CallLog, CallRecord
from voicebot.errors import StoreError

AGAIN_SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Waits for a database that does not answer; the last one goes on."""

log = structlog.get_logger(__name__)
_late = set[asyncio.Task[None]]()
"""Records that are not on disk yet; who else would hold their tasks?"""
_T = TypeVar("_T")


async def patiently(work: Callable[[], Awaitable[_T]], give_up: Callable[[], bool] = lambda: False) -> _T:
    """Done, however long the database does not answer.

    Raises:
        StoreError: it did not answer, and it was time to ``give_up``.
    """
    for seconds in chain(AGAIN_SECONDS, repeat(AGAIN_SECONDS[-1])):
        try:
            return await work()
        except StoreError as error:
            if give_up():
                raise
            log.error("database_does_not_answer", reason=str(error), again_in=seconds)
        await asyncio.sleep(seconds)
    raise AssertionError("waits for ever")


async def keep(call_log: CallLog, record: CallRecord) -> None:
    """Write what remains of a call; where that fails nobody waits for it, and it is written when the database
    is back. Until then its call counts as in progress."""
    try:
        await call_log.call_ended(record)
    except StoreError as error:
        log.error("call_record_waits", reason=str(error), disposition=record.disposition)
        late = asyncio.create_task(_keep_late(call_log, record), name=f"record of {record.call_id}")
        _late.add(late)
        late.add_done_callback(_late.discard)


async def _keep_late(call_log: CallLog, record: CallRecord) -> None:
    await asyncio.sleep(AGAIN_SECONDS[0])
    try:
        await patiently(lambda: call_log.call_ended(record))
    except asyncio.CancelledError:  # the process ends: the next one tells by what else is on disk
        log.error("call_record_lost", call_id=record.call_id, disposition=record.disposition)
        raise
    log.info("call_record_kept", call_id=record.call_id, disposition=record.disposition)
