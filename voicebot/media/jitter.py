"""Packets in their order, whatever the network made of it. Pure.

Whoever listens to a person with a machine needs no playout clock: sound that comes in order passes at once,
with no delay. Only where a packet is missing do the next ones wait for it, as long as the network has shown
to be worth it.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

T = TypeVar("T")

LEAST_WAIT: Final = 1
"""Packets that must have come after a missing one before it is given up."""
MOST_WAIT: Final = 10
"""0.2 s of sound in 20 ms packets."""
CALM_PACKETS: Final = 500
"""Without a late one, after which the wait becomes shorter by one: ten seconds."""
MOST_STEP: Final = 100
"""A larger step of the sequence number is a sender that began anew."""


class JitterBuffer(Generic[T]):
    """Gives out packets by their 16-bit sequence number; duplicates and latecomers are dropped."""

    def __init__(self) -> None:
        self.lost = 0
        """Packets given up."""
        self.late = 0
        """Of those, packets that came after all."""
        self._wait = LEAST_WAIT
        self._waiting: dict[int, T] = {}
        self._next: int | None = None
        self._calm = 0

    @property
    def wait(self) -> int:
        """How many later packets a missing one is waited for now."""
        return self._wait

    def put(self, sequence: int, packet: T) -> list[T]:
        """The packets that are due once this one has come, in order."""
        step = 0 if self._next is None else _difference(sequence, self._next)
        if self._next is None or abs(step) > MOST_STEP:
            self.restart()
            self._next, step = sequence, 0
        if step < 0:
            self._came_late()
            return []
        self._waiting.setdefault(sequence, packet)
        self._grow_calm()
        return self._due()

    def restart(self) -> None:
        """Forget what is waiting: another sender begins."""
        self._waiting.clear()
        self._next = None

    def _due(self) -> list[T]:
        due: list[T] = []
        assert self._next is not None
        while self._waiting:
            if self._next in self._waiting:
                due.append(self._waiting.pop(self._next))
            elif len(self._waiting) > self._wait:
                self.lost += 1
            else:
                break
            self._next = self._next + 1 & 0xFFFF
        return due

    def _came_late(self) -> None:
        """Too late, or a second time: a longer wait would have saved it, if it was not a duplicate."""
        self._calm = 0
        if self.late < self.lost:
            self.late += 1
            self._wait = min(self._wait + 1, MOST_WAIT)

    def _grow_calm(self) -> None:
        self._calm += 1
        if self._calm >= CALM_PACKETS:
            self._calm = 0
            self._wait = max(self._wait - 1, LEAST_WAIT)


def _difference(a: int, b: int) -> int:
    """From ``b`` to ``a`` the short way round the 16-bit circle."""
    return ((a - b + 0x8000) & 0xFFFF) - 0x8000
