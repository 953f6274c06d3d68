"""Rules of a country and its regions, put together."""

from __future__ import annotations

from tests.contact.stage import BOGOTA, ask, call, local, person, shipped
from voicebot.contact.people import Channel
from voicebot.contact.rulebook import Rulebook
from voicebot.contact.rules import Confidence, Counts, Hours, Limit, Per, Regional, Zones

NOON = local("2026-11-18 12:00", BOGOTA)
EVENING = local("2026-11-18 20:00", BOGOTA)


def calls_a_day(at_most: int) -> Limit:
    """So many."""
    return Limit(
        counts=Counts.ATTEMPTS,
        channels=(Channel.VOICE,),
        at_most=at_most,
        within="day",
        per=Per.PERSON,
        source="a law",
        confidence=Confidence.HIGH,
    )


def colombia(region: Regional) -> Rulebook:
    """With a region ANT, one call a day, and no law about channels."""
    own = shipped().countries["CO"]
    changes = {
        "channels": own.channels.model_copy(update={"authorised_only": False}),
        "limits": {"daily": calls_a_day(1)},
        "regions": {"ANT": region},
        "zones": Zones(places={"America/Bogota": ("ANT", "BOY")}, when_unknown="every"),
    }
    return Rulebook({"CO": own.model_copy(update=changes)})


LATE = Hours(windows={"mon-sun": ("08:00-22:00",)}, source="a law", confidence=Confidence.HIGH)


def test_region_has_its_own_hours_and_who_may_be_anywhere_the_shortest() -> None:
    book = colombia(Regional(hours=LATE))
    assert ask(person("CO", "ANT"), EVENING, rules=book).allowed
    assert not ask(person("CO", "BOY"), EVENING, rules=book).allowed
    assert not ask(person("CO"), EVENING, rules=book).allowed
    assert not ask(person("CO"), local("2026-11-18 07:30", BOGOTA), rules=book).allowed


def test_limit_of_a_region_stands_instead_of_that_of_the_same_name() -> None:
    book = colombia(Regional(limits={"daily": calls_a_day(3)}))
    assert ask(person("CO", "ANT"), NOON, call(NOON), call(NOON), rules=book).allowed
    assert ask(person("CO"), NOON, call(NOON), rules=book).rule == "CO.limits.daily"


def test_zone_that_does_not_exist_leaves_no_zone_at_all() -> None:
    place = colombia(Regional()).place("CO", "ANT")
    assert place
    assert [zone.key for zone in place.zones(person("CO", "ANT"), None)] == ["America/Bogota"]
    assert place.zones(person("CO", "ANT", zones=("America/Bogota", "America/Macondo")), None) == ()
