"""When a dropped file is whole: as soon as nothing about it has changed for a while. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Looks = tuple[int, int, int]
"""Of a file: inode, size and time of the last change; another one, and it is still being written."""

AGAIN_SECONDS: Final = 60.0
"""Until a file that could not be tried is tried again, such as with a full disk."""


class Settling:
    """Files of a folder, looked at again and again."""

    def __init__(self, seconds: float) -> None:
        """``seconds`` are those for which a file must stay as it is."""
        self._seconds = seconds
        self._looks: dict[str, Looks] = {}
        self._ready_at: dict[str, float] = {}

    def look(self, found: Mapping[str, Looks], now: float) -> list[str]:
        """The files that are whole, by name.

        Args:
            found: what lies in the folder.
            now: seconds on any clock that does not jump.
        """
        for name, looks in found.items():
            if self._looks.get(name) != looks:
                self._ready_at[name] = now + self._seconds
        self._looks = dict(found)
        return sorted(name for name in found if self._ready_at[name] <= now)

    def put_off(self, name: str, now: float) -> None:
        """Let a file lie for a while that could not be tried."""
        self._ready_at[name] = now + AGAIN_SECONDS
