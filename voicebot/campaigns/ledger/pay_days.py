"""The days on which a bank moves money, by country. Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from voicebot.contact.calendars import holidays_in

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PayDays:
    """Business days: Monday to Friday but for the public holidays of a country, and of a part of it."""

    country: str | None = None
    """ISO 3166, two letters; ``None``, or one that nobody keeps a calendar of, for weekends alone."""
    region: str | None = None
    """ISO 3166-2 without the country, such as ``MA``."""
    _closed: Container[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_closed", holidays_in(self.country, self.region))

    def is_open(self, day: date) -> bool:
        """Whether money moves on that day."""
        return day.weekday() < _SATURDAY and day not in self._closed

    def on_or_after(self, day: date) -> date:
        """The day itself, or else the next on which money moves."""
        while not self.is_open(day):
            day += _DAY
        return day

    def after(self, day: date, days: int) -> date:
        """The day that many business days later: 0 is the day itself, be it one or not."""
        for _ in range(days):
            day = self.on_or_after(day + _DAY)
        return day
