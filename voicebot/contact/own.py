"""What a campaign keeps to beyond the law: always stricter, never laxer. Pure."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from voicebot.contact.rulebook import Rulebook
from voicebot.contact.rules import (
    Channels,
    Confidence,
    ContactRules,
    Holidays,
    Hours,
    HowOften,
    Limit,
    RuleName,
    Ways,
    Windows,
    Written,
    readable,
)
from voicebot.contact.week import DAYS, Week, both, told, week_of

_SOURCE: Final = "the campaign's own"


class OwnRules(Written):
    """What a campaign keeps to beside the law of each country."""

    hours: Annotated[Windows, AfterValidator(readable)] | None = None
    """Such as ``mon-fri: 10:00-18:00``, by the person's clock: what the law allows of them."""
    skip_holidays: bool = False
    """Nobody is contacted on holidays, where the law would let them be."""
    channels: Channels | None = None
    """No others are used."""
    limits: dict[RuleName, HowOften] = Field(default_factory=dict)
    """Beside those of the law."""


def stricter_book(book: Rulebook, own: OwnRules) -> Rulebook:
    """The rules of all countries as a campaign keeps to them."""
    return Rulebook({country: stricter(rules, own) for country, rules in book.countries.items()})


def stricter(rules: ContactRules, own: OwnRules) -> ContactRules:
    """The rules of a country as a campaign keeps to them: whatever they allow, ``rules`` allow."""
    regions = {
        name: regional.model_copy(
            update={
                "hours": regional.hours and _shorter(regional.hours, own),
                "holidays": regional.holidays and _holidays(regional.holidays, own),
            }
        )
        for name, regional in rules.regions.items()
    }
    changes = {
        "hours": _shorter(rules.hours, own),
        "holidays": _holidays(rules.holidays, own),
        "channels": _fewer(rules.channels, own),
        "limits": rules.limits | _own_limits(own),
        "regions": regions,
    }
    return rules.model_copy(update=changes)


def _shorter(hours: Hours, own: OwnRules) -> Hours:
    if own.hours is None:
        return hours
    windows = _windows(both(hours.week, week_of(own.hours)))
    return hours.model_copy(update={"windows": windows, "source": f"{hours.source}; {_SOURCE}"})


def _windows(week: Week) -> dict[str, tuple[str, ...]]:
    days = zip(DAYS, week, strict=True)
    return {day: tuple(told([slot]) for slot in slots) for day, slots in days if slots}


def _holidays(holidays: Holidays, own: OwnRules) -> Holidays:
    if not own.skip_holidays or not holidays.allowed:
        return holidays
    return holidays.model_copy(update={"allowed": False, "source": _SOURCE})


def _fewer(ways: Ways, own: OwnRules) -> Ways:
    if own.channels is None:
        return ways
    allowed = tuple(channel for channel in ways.allowed if channel in own.channels)
    return ways.model_copy(update={"allowed": allowed, "source": f"{ways.source}; {_SOURCE}"})


def _own_limits(own: OwnRules) -> dict[str, Limit]:
    """By names that no country can give, so that no rule of a region stands over them."""
    return {
        f"campaign.{name}": Limit(**limit.model_dump(), source=_SOURCE, confidence=Confidence.HIGH)
        for name, limit in own.limits.items()
    }
