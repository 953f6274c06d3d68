"""Work that nobody waits for, held on to until it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class TaskSet:
    """Tasks that live until they are done, or until all are ended together."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin; what it raises is its own affair."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self, seconds: float) -> None:
        """Give all so long to be done."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def end(self) -> None:
        """Cancel all, those too that they begin on their way out, and wait for them."""
        while self._tasks:
            ending = tuple(self._tasks)
            for task in ending:
                task.cancel()
            await asyncio.wait(ending)
            self._tasks.difference_update(ending)
