"""Where a person may be: regions by name, and the time zones that are possible. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from unicodedata import combining, normalize

import phonenumbers
from phonenumbers import NumberParseException
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from voicebot.contact.calendars import region_codes, region_names
from voicebot.contact.rules import Zones

_UNKNOWN = "Etc/Unknown"
_ZONES_BY_PREFIX: Final[Mapping[str, tuple[str, ...]]] = TIMEZONE_DATA
_AREA_CODE: Final = 4
"""Digits of a North American area code with the 1 in front; nothing behind it tells where a mobile is."""


def region_code(country: str, region: str | None, known: Iterable[str] = ()) -> str | None:
    """The region as ISO 3166-2 writes it behind the country; ``None`` for one that nobody knows.

    Args:
        country: ISO 3166-1.
        region: a code, with or without the country, or a name.
        known: codes beyond those that have holidays of their own.
    """
    if not region:
        return None
    code = _plain(region).removeprefix(f"{_plain(country)}-")
    return code.upper() if code.upper() in known else _regions(country).get(code)


def number_zones(number: str | None, country: str, zones: Zones) -> tuple[str, ...]:
    """The time zones in which a number may be; none where it does not tell.

    Zones of the country that none of its numbers tells are possible, too: all of Chile is called Santiago.

    Args:
        number: E.164.
        country: ISO 3166-1, where its owner lives.
        zones: those of the country, and of its area codes.
    """
    if number and (corrected := _zones_of_code(number, country, zones)):
        return corrected
    told = _zones_of(number) if number else ()
    tellable = _tellable(country)
    if not told or not tellable.issuperset(told):
        return told
    return (*told, *(zone for zone in zones.places if zone not in tellable))


def possible_zones(
    stated: tuple[str, ...], region: str | None, told: tuple[str, ...], zones: Zones
) -> tuple[str, ...]:
    """All time zones that somebody may be in: those stated; else those of the region, and of a number that
    belongs elsewhere; else those of the number; none when nobody knows.

    Args:
        stated: IANA names.
        region: of ``region_code``.
        told: of ``number_zones``.
        zones: those of the country.
    """
    if stated:
        return tuple(dict.fromkeys(stated))
    at_home = zones_of_region(region, zones)
    if at_home:
        return at_home if set(told) & set(at_home) else tuple(dict.fromkeys((*at_home, *told)))
    if told and set(told) <= set(zones.places):
        return told
    everywhere = tuple(zones.places) if zones.when_unknown == "every" else ()
    return tuple(dict.fromkeys((*everywhere, *told))) if everywhere else ()


def zones_of_region(region: str | None, zones: Zones) -> tuple[str, ...]:
    """The time zones of a region; none where it has to be known and is not."""
    return tuple(
        zone for zone, regions in zones.places.items() if regions == "everywhere" or region in regions
    )


def _zones_of_code(number: str, country: str, zones: Zones) -> tuple[str, ...]:
    if not zones.area_codes:
        return ()
    national = number.removeprefix(f"+{phonenumbers.country_code_for_region(country)}")
    told = zones.area_codes.zones.items()
    return next((where for code, where in told if national.startswith(code)), ())


@lru_cache(maxsize=64)
def _regions(country: str) -> dict[str, str]:
    """Codes by what they and their regions are called, without accents and capitals."""
    names = {_plain(name): code for name, code in region_names(country).items()}
    return names | {_plain(code): code for code in region_codes(country)}


@lru_cache(maxsize=65_536)
def _zones_of(number: str) -> tuple[str, ...]:
    try:
        zones = time_zones_for_number(phonenumbers.parse(number))
    except NumberParseException:
        return ()
    area = _zones_below(number[1 : 1 + _AREA_CODE]) if number.startswith("+1") else frozenset[str]()
    return tuple(dict.fromkeys((*(zone for zone in zones if zone != _UNKNOWN), *sorted(area))))


@lru_cache(maxsize=1024)
def _tellable(country: str) -> frozenset[str]:
    """The time zones that any number of a country's calling code is told to be in."""
    code = phonenumbers.country_code_for_region(country)
    return _zones_below(str(code)) if code else frozenset()


@lru_cache(maxsize=1024)
def _zones_below(prefix: str) -> frozenset[str]:
    return frozenset(
        zone for begins, zones in _ZONES_BY_PREFIX.items() if begins.startswith(prefix) for zone in zones
    )


def _plain(text: str) -> str:
    return "".join(one for one in normalize("NFKD", text.strip()) if not combining(one)).casefold()
