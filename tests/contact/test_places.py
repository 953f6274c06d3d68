from __future__ import annotations

from datetime import date

import pytest

from tests.contact.stage import shipped
from voicebot.contact.places import holiday_of, number_zones, possible_zones, region_code


def zones(country: str, region: str | None, number: str | None, *stated: str) -> set[str]:
    """Where somebody may be, without the long names."""
    rules = shipped().countries[country].zones
    found = possible_zones(stated, region_code(country, region), number_zones(number), rules)
    return {zone.rpartition("/")[2] for zone in found}


@pytest.mark.parametrize(
    ("country", "region", "number", "possible"),
    [
        ("US", None, "+12125550123", {"New_York"}),
        ("US", "NY", "+12125550123", {"New_York"}),
        ("US", "FL", "+13055550123", {"New_York", "Chicago"}),
        ("US", "CA", "+12125550123", {"New_York", "Los_Angeles"}),  # moved, and kept the number
        ("US", None, "+14165550123", set()),  # Toronto: no zone of the country
        ("US", None, "+18005550123", set()),
        ("US", None, None, set()),
        ("ES", "MD", "+34600111222", {"Madrid"}),  # a mobile tells the country alone
        ("ES", None, "+34600111222", {"Madrid", "Canary"}),
        ("CL", None, "+56912345678", {"Santiago", "Coyhaique", "Punta_Arenas", "Easter"}),
        ("CL", "Magallanes", "+56912345678", {"Punta_Arenas"}),
        ("CL", "RM", "+12125550123", {"Santiago", "New_York"}),
        ("PE", None, None, {"Lima"}),
        ("BR", "AM", "+5592987654321", {"Manaus", "Rio_Branco"}),
    ],
)
def test_everywhere_that_somebody_may_be(
    country: str, region: str | None, number: str | None, possible: set[str]
) -> None:
    assert zones(country, region, number) == possible


def test_zone_that_is_stated_stands_above_region_and_number() -> None:
    assert zones("US", "CA", "+12125550123", "America/Denver") == {"Denver"}


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", "MA", "MA"),
        ("US", "us-ma", "MA"),
        ("US", " massachusetts ", "MA"),
        ("CL", "nuble", "NB"),
        ("CL", "CL-NB", "NB"),
        ("ES", "País Vasco", "PV"),
        ("US", "Ontario", None),
        ("US", "", None),
        ("PE", "Lima", None),
        ("XX", "MA", None),
    ],
)
def test_region_by_code_or_name(country: str, written: str, code: str | None) -> None:
    assert region_code(country, written) == code


def test_holidays_fixed_by_law_and_those_that_move() -> None:
    for country, day in (("CL", (9, 18)), ("MX", (9, 16)), ("CO", (7, 20)), ("PE", (7, 28)), ("BR", (9, 7))):
        assert holiday_of(country, None)(date(2027, *day)), country
    assert holiday_of("CO", None)(date(2027, 11, 15))  # Independence of Cartagena, moved to Monday
    assert holiday_of("ES", "MD")(date(2027, 3, 26))  # Good Friday
    assert not holiday_of("ES", "MD")(date(2027, 5, 30))
    assert holiday_of("ES", "CN")(date(2028, 5, 30))  # the Day of the Canaries
