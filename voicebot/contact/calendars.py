"""Public holidays by country, and the regions that keep some of their own. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=512)
def holidays_in(country: str | None, region: str | None = None) -> Container[date]:
    """The public holidays of a country, and of one of its regions; none where nobody keeps a calendar.

    Args:
        country: ISO 3166-1, two letters.
        region: ISO 3166-2 without the country; one that is not known has the holidays of the country.
    """
    known = _calendar(country)
    if known is None or region not in known.subdivisions:
        return known if known is not None else frozenset[date]()
    return holidays.country_holidays(known.country, subdiv=region)


@lru_cache(maxsize=512)
def holiday_anywhere(country: str, region: str | None) -> Callable[[date], bool]:
    """Whether a day is a public holiday in a region of a country; in any of them when that is unknown."""
    calendars = [
        holidays_in(country, one) for one in ([region] if region else [None, *region_codes(country)])
    ]
    return lambda day: any(day in calendar for calendar in calendars)


def has_calendar(country: str) -> bool:
    """Whether the public holidays of a country are known."""
    return _calendar(country) is not None


def region_codes(country: str) -> tuple[str, ...]:
    """The regions of a country, as ISO 3166-2 writes them behind it; none where nobody keeps a calendar."""
    known = _calendar(country)
    return () if known is None else tuple(known.subdivisions)


def region_names(country: str) -> Mapping[str, str]:
    """The codes of regions by what these are called, in the languages of the country."""
    known = _calendar(country)
    return {} if known is None else dict(known.subdivisions_aliases)


@lru_cache(maxsize=256)
def _calendar(country: str | None) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country) if country else None
    except NotImplementedError:
        return None
