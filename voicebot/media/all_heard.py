"""Waiting until the caller has heard all that was queued."""

from __future__ import annotations

import asyncio


class AllHeard:
    """Those who wait for it, released together."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: asyncio.Future[None] | None = None

    @property
    def awaited(self) -> bool:
        """Somebody waits."""
        return self._waiting is not None

    async def wait(self) -> None:
        """Wait for ``release``; one who gives up takes it from nobody else."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._waiting)

    def release(self) -> None:
        """All was heard, or dropped, or the line is gone."""
        if self._waiting is not None:
            self._waiting.set_result(None)
            self._waiting = None
