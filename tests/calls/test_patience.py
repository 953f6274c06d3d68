from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.fakes.until import until
from tests.store.records import a_record
from voicebot.calls.patience import keep
from voicebot.calls.record import CallRecord
from voicebot.errors import StoreError
from voicebot.store.memory import MemoryStore

pytestmark = pytest.mark.virtual_time


class DiskThatComesBack(MemoryStore):
    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.tried = 0

    async def call_ended(self, record: CallRecord) -> None:
        self.tried += 1
        if self.tried <= self.after:
            raise StoreError("the disk is full: make room")
        await super().call_ended(record)


async def test_a_record_is_on_disk_as_soon_as_the_database_is_back() -> None:
    store = DiskThatComesBack(after=9)
    await keep(store, a_record())
    assert await store.find_call("call 1") is None
    await until(lambda: store.tried == 10)
    assert await store.find_call("call 1") == a_record()


async def test_a_record_that_is_not_on_disk_when_the_process_ends_is_told() -> None:
    store = DiskThatComesBack(after=10**6)
    await keep(store, a_record())
    (late,) = (task for task in asyncio.all_tasks() if task.get_name() == "record of call 1")
    with capture_logs() as logs:
        await until(lambda: store.tried > 1)
        late.cancel()
        await asyncio.wait([late])
    assert ("call_record_lost", "RPC_REFUSAL") in {(line["event"], line.get("disposition")) for line in logs}
