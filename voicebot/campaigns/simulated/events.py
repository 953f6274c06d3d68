"""What is still to come in a simulation, by its moment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from voicebot.disposition import Disposition


@dataclass(slots=True)
class Dialled:
    """A dial on its way; moments are seconds since the start."""

    contact: int
    phone: int
    """Which of the contact's telephones."""
    e164: str
    trunk: str
    placed: float
    disposition: Disposition
    answers: bool
    """Somebody or something picks up when its moment comes; else it is over then."""

    def picked_up(self, disposition: Disposition) -> None:
        """From now on it is a conversation, or whatever machines have."""
        self.disposition, self.answers = disposition, False


class Agenda:
    """Moments and the dials that something happens to."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Dialled]] = []
        self._number = 0

    def put(self, at: float, dial: Dialled) -> None:
        """Of one moment, what was put first comes first."""
        self._number += 1
        heappush(self._heap, (at, self._number, dial))

    def next_moment(self) -> float | None:
        """When the next comes; ``None`` when none does."""
        return self._heap[0][0] if self._heap else None

    def until(self, at: float) -> Iterator[tuple[float, Dialled]]:
        """Take what has come, with its moment; also what is put while it is taken."""
        while self._heap and self._heap[0][0] <= at:
            moment, _, dial = heappop(self._heap)
            yield moment, dial
