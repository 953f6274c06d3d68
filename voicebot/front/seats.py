"""Which worker gets the next call. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class _Seat:
    """What is known of one worker."""

    taken: int = 0
    """As it has told last."""
    on_the_way: dict[str, float] = field(default_factory=dict)
    """When each call was sent to it that it has not spoken of yet."""

    @property
    def load(self) -> int:
        return self.taken + len(self.on_the_way)


class Seats:
    """Counts a call from the moment that it is given to a worker, which tells of it only later."""

    def __init__(self, at_most: int) -> None:
        """``at_most`` calls for each worker; 0 sets no limit."""
        self._at_most = at_most
        self._seats: dict[int, _Seat] = {}

    @property
    def open(self) -> list[int]:
        """Workers that take calls."""
        return sorted(self._seats)

    def told(self, worker: int, taken: int, asked: str = "") -> None:
        """A worker takes calls, and has so many; ``asked`` is a call that has reached it."""
        seat = self._seats.setdefault(worker, _Seat())
        seat.taken = taken
        seat.on_the_way.pop(asked, None)

    def close(self, worker: int) -> list[str]:
        """A worker takes no more calls; those that had not reached it."""
        seat = self._seats.pop(worker, None)
        return list(seat.on_the_way) if seat else []

    def reserve(self, call: str, now: float) -> int | None:
        """The worker with the fewest calls; this one counts from now on. ``None`` if all are full."""
        free = [one for one, seat in self._seats.items() if not 0 < self._at_most <= seat.load]
        if not free:
            return None
        worker = min(free, key=lambda one: (self._seats[one].load, one))
        self._seats[worker].on_the_way[call] = now
        return worker

    def release(self, call: str) -> None:
        """A call does not reach its worker: nobody is told of it any more."""
        for seat in self._seats.values():
            seat.on_the_way.pop(call, None)

    def overdue(self, sent_before: float) -> list[str]:
        """Calls that were sent so long ago, and whose workers have not spoken of them."""
        return [
            call
            for seat in self._seats.values()
            for call, sent in seat.on_the_way.items()
            if sent < sent_before
        ]
