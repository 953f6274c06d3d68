"""The one queue between a line and the call that reads it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """What has come in and has not been read: bounded, the oldest is dropped and counted. For one reader."""

    __slots__ = ("_ended", "_items", "_waiter", "dropped")

    def __init__(self, most: int) -> None:
        self.dropped = 0
        """How many items were lost because nobody read them in time."""
        self._items: deque[T] = deque(maxlen=most)
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False

    def put(self, item: T) -> None:
        """Add an item for the reader."""
        if len(self._items) == self._items.maxlen:
            self.dropped += 1
        self._items.append(item)
        self._wake()

    def clear(self) -> None:
        """Forget what nobody has read."""
        self._items.clear()

    def end(self) -> None:
        """Nothing more will come; what is there can still be read."""
        self._ended = True
        self._wake()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._items:
            if self._ended:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._items.popleft()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
