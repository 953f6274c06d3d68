"""The lines of trunks, and waiting for a free one: first come, first served."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import isinf

from voicebot.errors import TelephonyError
from voicebot.telephony.channel import HangupCause, NotConnectedError, OriginateRequest, dial_outcome
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


class TrunkLines:
    """The lines of every trunk that has limits, by its name."""

    def __init__(self, trunks: Mapping[str, TrunkSettings]) -> None:
        self._lines = {name: Lines(limits) for name, limits in trunks.items()}

    def of(self, trunk: str) -> Lines:
        """The lines of one trunk.

        Raises:
            TelephonyError: it has no limits, so that nobody is dialled by it.
        """
        if trunk not in self._lines:
            raise TelephonyError(f"no trunk {trunk!r}; add it to telephony.trunks with its limits")
        return self._lines[trunk]

    def shared_by(self, endpoint: str) -> Lines | None:
        """The lines that a call which comes in by ``endpoint`` takes one of."""
        lines = self._lines.get(endpoint)
        return lines if lines is not None and lines.shared else None

    async def reserved(self, request: OriginateRequest) -> Lines:
        """The lines of a dial's trunk, one of them reserved for it.

        Raises:
            NotConnectedError: none was free in time.
            TelephonyError: the trunk has no limits.
        """
        lines = self.of(request.trunk)
        try:
            async with asyncio.timeout(request.line_seconds):
                await lines.reserve()
        except TimeoutError as late:
            why = f"no line of {request.trunk} was free within {request.line_seconds} s"
            raise NotConnectedError(dial_outcome(HangupCause.NO_CIRCUIT), why) from late
        return lines
