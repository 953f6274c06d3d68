"""Persons, moments and the rules that ship, as scenes need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from voicebot.contact import (
    Channel,
    Consent,
    ConsentKind,
    History,
    Past,
    PastKind,
    Person,
    Verdict,
    may_contact,
)
from voicebot.contact.rulebook import Rulebook
from voicebot.dialogue.reading.loader import read_rulebook

RULES = Path(__file__).parents[2] / "flows" / "rules"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WRITTEN = Consent(ConsentKind.AI_VOICE, LONG_AGO, "web form", "You may call me with an artificial voice.")
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
"""Any minute of three years, the leap day of 2028 among them."""
NEW_YORK = ZoneInfo("America/New_York")
SANTIAGO = ZoneInfo("America/Santiago")
BOGOTA = ZoneInfo("America/Bogota")


@cache
def shipped() -> Rulebook:
    """The rules of ``flows/rules``."""
    return read_rulebook(RULES)


def person(country: str | None = "US", region: str | None = None, **more: Any) -> Person:
    """Ana, who has agreed to calls by an artificial voice unless something else is said."""
    return Person("ana", country, region, **{"consents": (WRITTEN,), **more})


def local(text: str, zone: ZoneInfo) -> datetime:
    """``2026-11-23 09:30`` by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def call(at: datetime, **more: Any) -> Past:
    """A dial that reached the number and nobody spoke on."""
    return Past(at, **{"debt": "loan", **more})


def talk(at: datetime, **more: Any) -> Past:
    """A conversation with the person."""
    return call(at, kind=PastKind.CONTACT, person_verified=True, **more)


def ask(
    who: Person,
    now: datetime,
    *past: Past,
    number: str | None = None,
    channel: Channel = Channel.VOICE,
    suppressed: tuple[Any, ...] = (),
    rules: Rulebook | None = None,
) -> Verdict:
    """Whether Ana may be contacted about her loan."""
    history = History(past, suppressed, "loan")
    return may_contact(who, number, channel, now, history, rules or shipped())
