"""Whether somebody may be contacted now, and if not, why and when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a contact is allowed or not; ``sentence`` says it to people."""

    ALLOWED = "allowed"
    NO_RULES = "no_rules"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"
    CHANNEL_NOT_AUTHORISED = "channel_not_authorised"
    SUPPRESSED = "suppressed"
    NO_CONSENT = "no_consent"
    UNKNOWN_ZONE = "unknown_zone"
    PAUSE = "pause"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    TOO_MANY_CONTACTS = "too_many_contacts"
    OTHER_CHANNEL = "other_channel"
    HOLIDAY = "holiday"
    OUTSIDE_HOURS = "outside_hours"
    INCONVENIENT = "inconvenient"

    @property
    def sentence(self) -> str:
        """What is the matter, and what a person can do about it."""
        return _SENTENCES[self]


_SENTENCES = {
    Reason.ALLOWED: "The rules allow it.",
    Reason.NO_RULES: "The person's country is unknown, or has no contact rules: state it, or write them.",
    Reason.CHANNEL_NOT_ALLOWED: "This channel is not used in the person's country.",
    Reason.CHANNEL_NOT_AUTHORISED: "The person has not authorised this channel: ask for it.",
    Reason.SUPPRESSED: "The person asked for no more contact, or an operator said so.",
    Reason.NO_CONSENT: "No consent is on record that holds now: ask for it in writing.",
    Reason.UNKNOWN_ZONE: "Nobody knows what time it is for the person: state the region or the time zone.",
    Reason.PAUSE: "The pause after the last conversation or message is not over.",
    Reason.TOO_MANY_ATTEMPTS: "As many attempts as are allowed have been made.",
    Reason.TOO_MANY_CONTACTS: "As many contacts as are allowed have taken place.",
    Reason.OTHER_CHANNEL: "The person was contacted by another channel this week.",
    Reason.HOLIDAY: "It is a holiday where the person is.",
    Reason.OUTSIDE_HOURS: "It is outside of the hours in which people are contacted where the person is.",
    Reason.INCONVENIENT: "The person has said that this time is inconvenient.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer of ``may_contact``."""

    allowed: bool
    reason: Reason
    next_allowed_at: datetime | None
    """UTC: the first instant at which it is allowed if nothing else happens; ``None`` when only a person can
    change that. When it is allowed, now."""
    rule: str = ""
    """What decided, as ``CL.limits.weekly_call``."""
    source: str = ""
    """The law behind it, as the rule names it."""
