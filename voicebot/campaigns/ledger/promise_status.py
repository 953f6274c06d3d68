"""Where a promise to pay stands. Pure."""

from __future__ import annotations

from enum import StrEnum


class PromiseStatus(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"
    """Somebody took it back, or it could never have counted."""
    SUPERSEDED = "superseded"
    """The same account has promised something else since."""

    @property
    def takes_payments(self) -> bool:
        """A promise that was taken back has no claim on money; one that was broken may be paid by a payment
        of which the bank tells late."""
        return self not in (PromiseStatus.CANCELLED, PromiseStatus.SUPERSEDED)
