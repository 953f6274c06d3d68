"""How many calls a trunk may carry, and how fast they may be placed. Pure."""

from __future__ import annotations

from collections import deque
from math import inf

from pydantic import BaseModel, ConfigDict, Field


class TrunkSettings(BaseModel):
    """The limits a carrier sets, or that we set ourselves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_calls: int = Field(default=30, ge=1, le=10_000)
    """Calls at once, ringing ones included."""
    calls_per_second: float = Field(default=5.0, gt=0.0, le=1000.0)
    """Dials started in any one second."""
    shared: bool = False
    """Calls that come in by it take its lines too, as with a carrier that counts both directions: none is
    refused, but they leave fewer to dial on. The trunk's name has to be that of its endpoint."""

    def share(self, number: int, count: int) -> TrunkSettings:
        """What process ``number`` (from 1) of ``count`` has of it to itself; it may be no line at all."""
        lines = self.max_calls // count + (number <= self.max_calls % count)
        each = {"max_calls": lines, "calls_per_second": self.calls_per_second / count}
        return self.model_copy(update=each)


class Trunk:
    """Counts reservations, not answered calls: a line is taken from the moment somebody means to dial."""

    def __init__(self, settings: TrunkSettings) -> None:
        self._settings = settings
        self._taken = 0
        # A rate below one a second is one dial in a longer stretch.
        self._stretch = max(1.0, 1.0 / settings.calls_per_second)
        self._starts: deque[float] = deque(maxlen=max(1, int(settings.calls_per_second)))

    @property
    def taken(self) -> int:
        """Lines in use or reserved."""
        return self._taken

    @property
    def free_lines(self) -> int:
        """Lines that could be reserved, the rate left aside."""
        return max(0, self._settings.max_calls - self._taken)

    def wait_seconds(self, now: float) -> float:
        """Seconds until a line may be reserved: 0.0 for now, infinity until one is released."""
        if self.free_lines == 0:
            return inf
        if len(self._starts) < (self._starts.maxlen or 1):
            return 0.0
        return max(0.0, self._starts[0] + self._stretch - now)

    def reserve(self, now: float) -> None:
        """Take a line and dial at once; only when ``wait_seconds`` is 0.0."""
        assert self.wait_seconds(now) == 0.0, "reserved beyond the limit"
        self._taken += 1
        self._starts.append(now)

    def occupy(self) -> None:
        """Somebody calls in: a line is taken, be there one or not."""
        self._taken += 1

    def release(self) -> None:
        """Give a line back."""
        assert self._taken > 0, "released what was not reserved"
        self._taken -= 1
