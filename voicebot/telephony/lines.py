"""Waiting for a free line of a trunk, first come, first served."""

from __future__ import annotations

import asyncio
from math import isinf

from voicebot.telephony.trunk import Trunk, TrunkSettings


class Lines:
    """A trunk's lines, handed out one at a time within its limits."""

    def __init__(self, settings: TrunkSettings) -> None:
        self.shared = settings.shared
        """Calls that come in occupy lines."""
        self._trunk = Trunk(settings)
        self._turn = asyncio.Lock()
        """Fair: those who came first are served first."""
        self._released = asyncio.Event()

    @property
    def taken(self) -> int:
        """Lines in use or reserved."""
        return self._trunk.taken

    @property
    def free(self) -> int:
        """Lines nobody has reserved."""
        return self._trunk.free_lines

    async def reserve(self) -> None:
        """Take a line, when the limits allow it; give it back with ``release``."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            while (wait := self._trunk.wait_seconds(loop.time())) > 0:
                await self._wait(wait)
            self._trunk.reserve(loop.time())

    def occupy(self) -> None:
        """Count a line that is in use whatever the limits; give it back with ``release``."""
        self._trunk.occupy()

    def release(self) -> None:
        """Give a line back."""
        self._trunk.release()
        self._released.set()

    async def _wait(self, seconds: float) -> None:
        if not isinf(seconds):
            return await asyncio.sleep(seconds)
        self._released.clear()
        await self._released.wait()
        return None
