"""Parts of a day, by the person's clock. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

DAYPARTS: Final = (time(8), time(12), time(17), time(21))
"""Where morning, afternoon, evening and night begin."""


def daypart(moment: time) -> int:
    """0 for the morning, 1 for the afternoon, 2 for the evening, 3 for the night."""
    return sum(moment >= begins for begins in DAYPARTS[1:]) if moment >= DAYPARTS[0] else 3


def morning(local: datetime, days: int) -> datetime:
    """The first moment of a later day that is worth a call."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, DAYPARTS[0], local.tzinfo).astimezone(UTC)


def other_daypart(earliest: datetime, before: datetime, zone: tzinfo) -> datetime:
    """``earliest``, or where the next part of the day begins that is neither that of ``before`` nor night."""
    local, avoided = earliest.astimezone(zone), daypart(before.time())
    while daypart(local.time()) in (avoided, 3):
        local = _next_daypart(local)
    return local.astimezone(UTC)


def _next_daypart(local: datetime) -> datetime:
    begins = next((at for at in DAYPARTS if at > local.time()), None)
    if begins is None:
        return datetime.combine(local.date() + timedelta(days=1), DAYPARTS[0], local.tzinfo)
    return datetime.combine(local.date(), begins, local.tzinfo)
