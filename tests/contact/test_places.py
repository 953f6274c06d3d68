from __future__ import annotations

import pytest

from tests.contact.stage import shipped
from voicebot.contact.places import number_zones, possible_zones, region_code


def zones(country: str, region: str | None, number: str | None, *stated: str) -> set[str]:
    """Where somebody may be, without the long names."""
    rules = shipped().countries[country].zones
    told = number_zones(number, country, rules)
    found = possible_zones(stated, region_code(country, region), told, rules)
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
        ("US", None, "+14235550123", {"New_York", "Chicago"}),  # Tennessee, where two clocks meet
        ("US", None, "+15415550123", {"Los_Angeles", "Denver"}),
        ("CL", None, "+56987654321", {"Santiago", "Coyhaique", "Punta_Arenas", "Easter"}),
        ("CL", None, "+56612234567", {"Santiago", "Coyhaique", "Punta_Arenas", "Easter"}),
        ("CL", "Magallanes", "+56987654321", {"Punta_Arenas"}),
        ("MX", None, "+526141234567", {"Mazatlan", "Chihuahua", "Hermosillo"}),
        ("MX", None, "+528681234567", {"Matamoros"}),
        ("MX", None, "+526631234567", {"Tijuana"}),
        ("MX", None, "+526531234567", {"Hermosillo", "Tijuana"}),  # Sonora, beside Mexicali
        ("MX", None, "+526361234567", {"Chihuahua", "Ciudad_Juarez"}),
        ("MX", None, "+528731234567", {"Mexico_City", "Matamoros"}),
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
