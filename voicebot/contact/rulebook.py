"""The contact rules of all countries, made ready for hundreds of thousands of decisions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from voicebot.contact.calendars import holiday_anywhere
from voicebot.contact.clock import LocalHours, zone_of
from voicebot.contact.people import Channel, Person
from voicebot.contact.places import number_zones, possible_zones, region_code
from voicebot.contact.rules import ContactRules, Lawful, Limit, Needed, Pause, Regional
from voicebot.contact.week import both


class Law(NamedTuple):
    """What a verdict names."""

    rule: str
    """Such as ``CL.limits.weekly_call``."""
    source: str


@dataclass(slots=True, eq=False)
class Place:
    """What is kept to in a region of a country; of an unknown one, what is kept to in any."""

    rules: ContactRules
    country: str
    region: str | None
    limits: list[tuple[Law, Limit]]
    pauses: list[tuple[Law, Pause]]
    consents: list[tuple[Law, Needed]]
    hours_law: Law
    holidays_law: Law
    channels_law: Law
    any_day: LocalHours
    """The hours, were there no holidays."""
    hours: LocalHours
    _zones: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[ZoneInfo, ...]] = field(default_factory=dict)

    def zones(self, person: Person, number: str | None) -> tuple[ZoneInfo, ...]:
        """All time zones that a person may be in; none when nobody knows, or a stated one does not exist."""
        told = () if person.zones else number_zones(number, self.country, self.rules.zones)
        known = self._zones.get((person.zones, told))
        if known is None:
            names = possible_zones(person.zones, self.region, told, self.rules.zones)
            found = [zone_of(name) for name in names]
            known = tuple(zone for zone in found if zone) if all(found) else ()
            self._zones[person.zones, told] = known
        return known

    def limits_of(self, channel: Channel) -> Iterable[tuple[Law, Limit]]:
        """The limits for a channel."""
        return (one for one in self.limits if channel in one[1].channels)

    def pauses_of(self, channel: Channel) -> Iterable[tuple[Law, Pause]]:
        """The pauses for a channel."""
        return (one for one in self.pauses if channel in one[1].channels)


class Rulebook:
    """Contact rules by country: ``Rulebook({"CL": rules})``."""

    def __init__(self, countries: Mapping[str, ContactRules]) -> None:
        self.countries = dict(countries)
        self._places: dict[tuple[str, str | None], Place] = {}

    def place(self, country: str | None, region: str | None) -> Place | None:
        """What is kept to where somebody lives; ``None`` where nobody has written the rules."""
        if country is None or country not in self.countries:
            return None
        key = (country, region)
        if key not in self._places:
            self._places[key] = _place(country, region, self.countries[country])
        return self._places[key]


def _place(country: str, region: str | None, rules: ContactRules) -> Place:
    code = region_code(country, region, _regions(rules))
    regional = _kept_to(code, rules)
    hours = _instead("hours", rules, code, regional)
    holidays = _instead("holidays", rules, code, regional)
    week = reduce(both, [one.week for one in hours])
    closed = () if all(one.allowed for one in holidays) else (holiday_anywhere(country, code),)
    return Place(
        rules=rules,
        country=country,
        region=code,
        limits=_beside("limits", country, rules, regional, alone=code is not None),
        pauses=_beside("pauses", country, rules, regional, alone=code is not None),
        consents=[
            (Law(f"{country}.consent.{kind}", needed.source), needed)
            for kind, needed in rules.consent.items()
        ],
        hours_law=Law(f"{country}.hours", _sources(hours)),
        holidays_law=Law(f"{country}.holidays", _sources(holidays)),
        channels_law=Law(f"{country}.channels", rules.channels.source),
        any_day=LocalHours(week),
        hours=LocalHours(week, *closed),
    )


def _regions(rules: ContactRules) -> set[str]:
    named = {code for codes in rules.zones.places.values() if codes != "everywhere" for code in codes}
    return named | rules.regions.keys()


def _kept_to(region: str | None, rules: ContactRules) -> dict[str, Regional]:
    """What is written for the region; for all of them when it is unknown."""
    if region is None:
        return rules.regions
    return {region: rules.regions[region]} if region in rules.regions else {}


def _instead(
    section: str, rules: ContactRules, region: str | None, regional: Mapping[str, Regional]
) -> list[Any]:
    """The hours or holidays of the region instead of the country's; all of them when it is unknown."""
    own = [getattr(one, section) for one in regional.values() if getattr(one, section)]
    return own if own and region else [getattr(rules, section), *own]


def _beside(
    section: str, country: str, rules: ContactRules, regional: Mapping[str, Regional], *, alone: bool
) -> list[tuple[Law, Any]]:
    """The limits or pauses of the country and of its regions; where one region is meant, its own lie over the
    country's of the same name."""
    found: dict[str, tuple[Law, Any]] = {}
    for at, level in {"": rules, **regional}.items():
        where = f"{country}.regions.{at}" if at else country
        for name, rule in getattr(level, section).items():
            key = name if alone else f"{at}.{name}"
            found[key] = (Law(f"{where}.{section}.{name}", rule.source), rule)
    return list(found.values())


def _sources(rules: Iterable[Lawful]) -> str:
    return "; ".join(dict.fromkeys(one.source for one in rules))
