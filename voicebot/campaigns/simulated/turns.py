"""Whose turn it is among a million simulated contacts, in a few bytes each. Pure.

Contacts that nobody has called yet and that the rules cannot tell apart wait as one: what holds back the
first holds back all.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

MINUTE = 60.0


@dataclass(slots=True, eq=False)
class _Fresh:
    """Contacts of one kind that were never called."""

    members: np.ndarray
    at: float = 0.0
    """None of them before."""
    place: int = 0

    @property
    def left(self) -> int:
        return len(self.members) - self.place


class Turns:
    """Contacts by the moment from which they may be called; each is in here at most once."""

    def __init__(self, fresh: list[np.ndarray]) -> None:
        self._fresh = [_Fresh(members) for members in fresh if len(members)]
        self._buckets: dict[int, array[int]] = {}
        self._minutes: list[int] = []
        self._due: deque[tuple[float, int]] = deque()
        self._asked: list[tuple[float, int]] = []
        self._waiting = bytearray(sum(map(len, fresh)))

    def put(self, contact: int, at: float, *, asked_for: bool = False) -> None:
        """Not before ``at``, to the minute; who asked for it goes before all others."""
        if self._waiting[contact]:
            return
        self._waiting[contact] = 1
        if asked_for:
            heappush(self._asked, (at, contact))
            return
        minute = -int(-at // MINUTE)
        if minute not in self._buckets:
            self._buckets[minute] = array("L")
            heappush(self._minutes, minute)
        self._buckets[minute].append(contact)

    def waits(self, contact: int) -> bool:
        """Whether a contact has its turn yet to come."""
        return bool(self._waiting[contact])

    def next_moment(self) -> float | None:
        """When somebody's turn comes, in the past where it has come; ``None`` when nobody waits."""
        moments = [one.at for one in self._fresh]
        if self._due:
            moments.append(self._due[0][0])
        if self._minutes:
            moments.append(self._minutes[0] * MINUTE)
        if self._asked:
            moments.append(self._asked[0][0])
        return min(moments, default=None)

    def due(self, at: float) -> bool:
        """Whether somebody's turn has come."""
        moment = self.next_moment()
        return moment is not None and moment <= at

    def take(self, at: float) -> Turn | None:
        """Whoever goes first at that moment; ``None`` when nobody's turn has come."""
        if self._asked and self._asked[0][0] <= at:
            return _Again(self, self._taken(heappop(self._asked)[1]))
        self._ripen(at)
        fresh = self._longest_waiting(at)
        if self._due and (fresh is None or self._due[0][0] < fresh.at):
            return _Again(self, self._taken(self._due.popleft()[1]))
        return None if fresh is None else _First(self, fresh)

    def drop(self, fresh: _Fresh) -> None:
        """None of them is left."""
        self._fresh.remove(fresh)

    def _taken(self, contact: int) -> int:
        self._waiting[contact] = 0
        return contact

    def _ripen(self, at: float) -> None:
        while self._minutes and self._minutes[0] * MINUTE <= at:
            minute = heappop(self._minutes)
            self._due.extend((minute * MINUTE, contact) for contact in self._buckets.pop(minute))

    def _longest_waiting(self, at: float) -> _Fresh | None:
        """Of the kinds that may be called, the one of which the largest part was not."""
        ready = [one for one in self._fresh if one.at <= at]
        return min(ready, key=lambda one: (one.at, -one.left / len(one.members)), default=None)


class _Again:
    """The turn of a contact that was called before."""

    def __init__(self, turns: Turns, contact: int) -> None:
        self._turns = turns
        self.contact = contact

    def used(self) -> None:
        """It is being called."""

    def postpone(self, at: float) -> int:
        """Not before ``at``; how many that holds back."""
        self._turns.put(self.contact, at)
        return 1

    def close(self) -> np.ndarray:
        """Never again; whom that is about."""
        return np.array([self.contact])


class _First:
    """The turn of the first of many who were never called."""

    def __init__(self, turns: Turns, fresh: _Fresh) -> None:
        self._turns = turns
        self._fresh = fresh
        self.contact = int(fresh.members[fresh.place])

    def used(self) -> None:
        """It is being called, and the next one's turn has come."""
        self._fresh.place += 1
        if not self._fresh.left:
            self._turns.drop(self._fresh)

    def postpone(self, at: float) -> int:
        """None of them before ``at``; how many that holds back."""
        self._fresh.at = at
        return self._fresh.left

    def close(self) -> np.ndarray:
        """None of them ever; whom that is about."""
        self._turns.drop(self._fresh)
        return self._fresh.members[self._fresh.place :]


Turn = _Again | _First
