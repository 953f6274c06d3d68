from __future__ import annotations

import asyncio
from typing import TypeVar

import pytest

from voicebot.media.inbox import Inbox

T = TypeVar("T")

pytestmark = pytest.mark.virtual_time


async def test_a_reader_gets_everything_and_then_the_end() -> None:
    inbox = Inbox[str](10)
    reader = asyncio.create_task(read_all(inbox))
    for word in ("one", "two", "three"):
        inbox.put(word)
        await asyncio.sleep(0.1)
    inbox.put("four")
    inbox.end()
    assert await reader == ["one", "two", "three", "four"]


async def test_what_nobody_reads_is_dropped_oldest_first_and_counted() -> None:
    inbox = Inbox[int](3)
    for number in range(5):
        inbox.put(number)
    inbox.end()
    assert await read_all(inbox) == [2, 3, 4]
    assert inbox.dropped == 2


async def test_a_reader_may_give_up_waiting_and_come_back() -> None:
    inbox = Inbox[str](10)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await anext(inbox)
    inbox.put("late")
    assert await anext(inbox) == "late"


async def read_all(inbox: Inbox[T]) -> list[T]:
    return [item async for item in inbox]
