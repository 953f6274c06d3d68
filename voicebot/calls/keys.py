"""Keys pressed one by one become one entry. Pure."""

from __future__ import annotations

import math

BETWEEN_KEYS = 3.0
"""Seconds of audio without a further key after which an entry of open length is taken to be whole."""


class KeyEntry:
    """Collects the keys of one answer; whole at its full length, at ``#``, or after a pause."""

    def __init__(self) -> None:
        self._keys = ""
        self._length = 0
        self._last_at = -math.inf
        self.started_at = 0.0
        """Seconds since answer of its first key."""

    def expect(self, length: int) -> None:
        """Begin a new answer of ``length`` keys; 0 when only ``#`` or a pause ends it."""
        self._length = length
        self._keys = ""

    def press(self, key: str, at: float) -> str | None:
        """Take one key; the whole entry when this was its last."""
        if not self._keys:
            self.started_at = at
        self._last_at = at
        if key == "#" and self._keys:
            return self._take() + key  # "9#" is nine, and a lone 9 may be something else
        self._keys += key
        return self._take() if self._length and len(self._keys) >= self._length else None

    def on_time(self, at: float) -> str | None:
        """The whole entry when the caller has stopped pressing."""
        return self._take() if self._keys and at - self._last_at >= BETWEEN_KEYS else None

    @property
    def pending(self) -> bool:
        """An entry has begun and is not whole yet."""
        return bool(self._keys)

    def _take(self) -> str:
        keys, self._keys = self._keys, ""
        return keys
