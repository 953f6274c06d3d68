"""Leaving alone who fails again and again. Pure."""

from __future__ import annotations


class Breaker:
    """Open to questions until ``failures`` in a row have failed, then closed to them for ``rest`` seconds.

    ``now`` is any clock of seconds. After the rest one more failure is enough for another.
    """

    def __init__(self, failures: int, rest: float) -> None:
        self._failures = failures
        self._rest = rest
        self._in_a_row = 0
        self._rests_until = float("-inf")

    def allows(self, now: float) -> bool:
        """Whether it may be asked."""
        return now >= self._rests_until

    def succeeded(self) -> None:
        """It gave a proper answer."""
        self._in_a_row = 0

    def failed(self, now: float) -> bool:
        """It gave none; whether it is left alone from now on."""
        self._in_a_row += 1
        if self._in_a_row < self._failures:
            return False
        self._rests_until = now + self._rest
        return True
