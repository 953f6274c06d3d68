"""Calls and promises for as long as the process lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from voicebot.calls.record import CallRecord
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.errors import StoreError


class MemoryStore:
    """A call log that forgets: for trials, load measurements and tests."""

    def __init__(self) -> None:
        self._started: dict[str, CallRecord] = {}
        """Calls in progress, as they would be told if they broke off now."""
        self._ended: dict[str, CallRecord] = {}
        self._promises: dict[str, PromiseToPay] = {}

    async def call_started(
        self, call_id: str, *, flow: str, flow_version: str, language: str, started_at: datetime
    ) -> None:
        """Note that a call is in progress.

        Raises:
            StoreError: there has been a call of that name.
        """
        if call_id in self._started or call_id in self._ended:
            raise StoreError(
                "the start of the call could not be written: its id was used before: give every call its own"
            )
        self._started[call_id] = CallRecord(
            call_id, flow, flow_version, language, started_at, 0.0, Disposition.TECHNICAL_FAILURE, None, ()
        )

    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        """Note a confirmed promise.

        Raises:
            StoreError: that call never started.
        """
        if call_id not in self._started and call_id not in self._ended:
            raise StoreError("the promise could not be written: its call was never written as started")
        self._promises[call_id] = promise

    async def call_ended(self, record: CallRecord) -> None:
        """Note what remains of the call, whatever was noted of it before."""
        self._started.pop(record.call_id, None)
        self._ended[record.call_id] = record
        if record.promise:
            self._promises[record.call_id] = record.promise

    async def close_interrupted(self) -> int:
        """End the calls in progress as their promise says, or in ``TECHNICAL_FAILURE`` without one."""
        interrupted, self._started = self._started, {}
        for call_id, record in interrupted.items():
            promise = self._promises.get(call_id)
            ending = promise.disposition if promise else record.disposition
            self._ended[call_id] = replace(record, disposition=ending)
        return len(interrupted)

    async def find_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call; ``None`` when there is none of that name or it is in progress."""
        record = self._ended.get(call_id)
        return record and replace(record, promise=self._promises.get(call_id))

    async def promises(self) -> dict[str, PromiseToPay]:
        """Every promise by the call it was made in, the one due first first."""
        return dict(sorted(self._promises.items(), key=lambda item: (item[1].date, item[0])))
