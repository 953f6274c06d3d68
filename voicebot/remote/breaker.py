"""Leaving alone who fails again and again. Pure."""

from __future__ import annotations


class Breaker:
    """Open to questions until ``failures`` in a row have failed, then closed to them for ``rest`` seconds.

    ``now`` is any clock of seconds. After the rest it is tried with one question at a time: one that fails is
    followed by another rest, one that succeeds opens it again.
    """

    def __init__(self, failures: int, rest: float) -> None:
        self._failures = failures
        self._rest = rest
        self._in_a_row = 0
        self._rests_until = float("-inf")
        self._tried = False

    def allows(self, now: float) -> bool:
        """Whether it may be asked; who is allowed tells how it went."""
        if now < self._rests_until or self._tried:
            return False
        self._tried = self._in_a_row >= self._failures
        return True

    def succeeded(self) -> None:
        """It gave a proper answer."""
        self._tried = False
        self._in_a_row = 0
        self._rests_until = float("-inf")

    def failed(self, now: float, *, rest: float = 0.0) -> bool:
        """It gave none; whether it is left alone from now on.

        ``rest`` is how many seconds it asks to be left alone itself.
        """
        self._tried = False
        self._in_a_row = max(self._in_a_row + 1, self._failures if rest else 0)
        if self._in_a_row < self._failures:
            return False
        self._rests_until = now + max(rest, self._rest)
        return True

    def abandoned(self) -> None:
        """The answer was not waited for: nothing is known."""
        self._tried = False
