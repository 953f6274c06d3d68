"""How many calls are held at once. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

UNLIMITED: Final = 1_000_000


class Place:
    """Room for one call, held from the moment that it is accepted or meant to be dialled."""

    __slots__ = ("_places",)

    def __init__(self, places: Places) -> None:
        self._places: Places | None = places

    def release(self) -> None:
        """Give it back; giving it back twice is fine."""
        places, self._places = self._places, None
        if places is not None:
            places.give_back()


class Places:
    """Counts reservations, not answered calls: of two that come in one moment, the second finds the place of
    the first taken."""

    def __init__(
        self,
        at_most: int = 0,
        *,
        on_change: Callable[[str], None] = lambda _: None,
        on_full: Callable[[], None] = lambda: None,
    ) -> None:
        """``at_most`` 0 sets no limit.

        ``on_change`` is told who has asked for a place, in vain or not, and an empty name when one is given
        back; ``on_full`` is called when somebody finds none.
        """
        self.at_most = at_most
        self.taken = 0
        """Places in use or reserved."""
        self._on_change = on_change
        self._on_full = on_full

    @property
    def free(self) -> int:
        """Places that nobody has; more than anybody wants where there is no limit."""
        return max(0, self.at_most - self.taken) if self.at_most else UNLIMITED

    def reserve(self, who: str = "") -> Place | None:
        """A place, or ``None`` when all are taken."""
        full = 0 < self.at_most <= self.taken
        if full:
            self._on_full()
        else:
            self.taken += 1
        self._on_change(who)
        return None if full else Place(self)

    def give_back(self) -> None:
        """For ``Place``."""
        assert self.taken > 0, "given back what was not reserved"
        self.taken -= 1
        self._on_change("")
