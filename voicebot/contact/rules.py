"""When and how often people may be contacted in a country, as ``flows/rules/`` has it: data for counsel to
review. Pure."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from voicebot.contact.people import Channel
from voicebot.contact.week import DAYS_PATTERN, SLOT_PATTERN, Week, days_of, slot_of, week_of


class Confidence(StrEnum):
    """How sure a rule is."""

    HIGH = "high"
    """The text of the law was read, or several sources agree."""
    MEDIUM = "medium"
    """One or two good sources that tell of the law."""
    LOW = "low"
    """Sources are weak or differ: ask counsel first."""


class Written(BaseModel):
    """What people write in YAML: immutable, and strict about what may be written."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Lawful(Written):
    """A rule, and why it is one."""

    source: str
    """The law, so that it can be looked up."""
    confidence: Confidence
    """How sure it is."""
    product_default: bool = False
    """No law says so, or not so exactly: voicebot keeps to it until counsel decides otherwise."""


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _days(text: str) -> str:
    days_of(text)
    return text


def _slot(text: str) -> str:
    slot_of(text)
    return text


@cache
def _zones() -> frozenset[str]:
    """All that IANA knows: listing them walks through hundreds of files."""
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text not in _zones():
        raise ValueError(f"{text!r} is no time zone of IANA: write one such as America/Santiago")
    return text


RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
RegionCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")]
"""The part of ISO 3166-2 behind the country, such as ``MA`` of US-MA."""
Days = Annotated[str, AfterValidator(_days), Field(json_schema_extra={"pattern": DAYS_PATTERN})]
"""``mon``, or ``mon-fri``."""
_Slot = Annotated[str, AfterValidator(_slot), Field(json_schema_extra={"pattern": SLOT_PATTERN})]
Slots = Annotated[
    tuple[_Slot, ...], BeforeValidator(_one_or_many, json_schema_input_type=_Slot | tuple[_Slot, ...])
]
"""``08:00-21:00``, or several; the end itself is outside."""
Windows = Annotated[dict[Days, Slots], Field(min_length=1)]
"""By the clock where the person is; a day that is not named has no hours."""
Zone = Annotated[str, AfterValidator(_zone)]
AreaCode = Annotated[str, Field(pattern=r"^[0-9]{2,5}$")]
"""The figures behind the country's calling code; no code begins with another."""
Channels = Annotated[
    tuple[Channel, ...],
    Field(min_length=1),
    BeforeValidator(_one_or_many, json_schema_input_type=Channel | tuple[Channel, ...]),
]


def readable(windows: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Windows in which no day is named twice.

    Raises:
        ValueError: one is.
    """
    week_of(windows)
    return windows


class Hours(Lawful):
    """The hours in which people are contacted."""

    windows: Annotated[Windows, AfterValidator(readable)]
    """By day, such as ``mon-fri: 08:00-21:00``; a day that is not named has no hours."""
    less_sure: dict[Days, Confidence] = Field(default_factory=dict)
    """Days of which sources tell less than of the others."""

    @property
    def week(self) -> Week:
        """The windows as minutes."""
        return week_of(self.windows)


class Holidays(Lawful):
    """Whether people are contacted on public holidays of their country and region."""

    allowed: bool
    """``false``: a holiday has no hours."""


class Counts(StrEnum):
    """What a limit or a pause looks at."""

    ATTEMPTS = "attempts"
    """Every dial and every message, whatever came of it."""
    CONTACTS = "contacts"
    """Conversations, visits, and messages that were sent."""
    CONTACTS_BY_OTHER_CHANNELS = "contacts_by_other_channels"
    """Those by any channel but the one that would be used now."""


class Per(StrEnum):
    """Whose attempts are counted together."""

    PERSON_AND_DEBT = "person_and_debt"
    PERSON = "person"
    DEBT = "debt"
    """Whoever was contacted about it."""


class Uncounted(StrEnum):
    """What a limit leaves out."""

    NOT_CONNECTED = "not_connected"
    """Dials that did not reach the number that was dialled."""
    AGREED = "agreed"
    """Attempts that the person agreed to in the seven days before, the first being the day on which they did:
    they are made even where a limit is reached or a pause holds. Conversations begin a pause all the same."""
    NOT_VERIFIED = "not_verified"
    """Conversations with people who did not prove to be the person."""


class Counted(Written):
    """What a limit or a pause looks at, and for which channels."""

    counts: Counts
    """What it looks at."""
    channels: Channels
    """It holds for these, and counts these."""
    per: Per = Per.PERSON_AND_DEBT
    """Whose are counted together."""
    not_counted: tuple[Uncounted, ...] = ()
    """What is left out."""


class HowOften(Counted):
    """How often, at most."""

    at_most: Annotated[int, Field(ge=0)]
    """How many, with the next one; of other channels, how many before it."""
    within: Annotated[str, Field(pattern=r"^(day|week|([1-9]|[12]\d|3[0-5]) days)$")]
    """``day`` and ``week`` by the calendar where the person is, a week from Monday; ``7 days`` is 168 hours
    back from now; 35 at most, for longer nobody looks back."""


class Limit(HowOften, Lawful):
    """How often, at most, and why."""


class Pause(Counted, Lawful):
    """Days of rest after each of what is counted, the first being its own day."""

    days: Annotated[int, Field(ge=1, le=35)]
    """How many, with the first: after 2 on a Monday comes Wednesday."""


class Needed(Lawful):
    """A consent without which nobody is contacted by some channels."""

    channels: Channels
    """Those that need it."""


class Ways(Lawful):
    """The channels that are used at all."""

    allowed: Channels
    """All others are never used."""
    authorised_only: bool = False
    """And only those which the person has authorised; unknown means no."""


class AreaCodes(Lawful):
    """Where the numbers of area codes are of which ``phonenumbers`` tells too little, or something wrong."""

    zones: Annotated[dict[AreaCode, tuple[Zone, ...]], Field(min_length=1)]
    """Every time zone in which a number of the code may be, and no other."""


class Zones(Written):
    """The time zones of the country's regions."""

    places: Annotated[dict[Zone, Literal["everywhere"] | tuple[RegionCode, ...]], Field(min_length=1)]
    """A region in several zones is written in each."""
    when_unknown: Literal["refuse", "every"] = "refuse"
    """Of people whose region is unknown and whose number does not tell: no contact, or only when it
    is allowed in every zone of the country."""
    area_codes: AreaCodes | None = None
    """In place of what ``phonenumbers`` says of these numbers."""

    @model_validator(mode="after")
    def _whole(self) -> Zones:
        told = self.area_codes.zones if self.area_codes else {}
        if strange := sorted({zone for zones in told.values() for zone in zones} - set(self.places)):
            raise ValueError(f"area_codes names {', '.join(strange)}, in which places has no region")
        if "everywhere" in self.places.values() and len(self.places) > 1:
            raise ValueError("everywhere is written beside others: name the regions of each zone")
        return self


class Regional(Written):
    """What is kept to in a region: its hours and holidays instead of the country's, limits and pauses beside
    them, or instead of those of the same name."""

    hours: Hours | None = None
    """Instead of the country's."""
    holidays: Holidays | None = None
    """Instead of the country's."""
    limits: dict[RuleName, Limit] = Field(default_factory=dict)
    """Beside the country's."""
    pauses: dict[RuleName, Pause] = Field(default_factory=dict)
    """Beside the country's."""


class ContactRules(Written):
    """When and how often people may be contacted in a country."""

    hours: Hours
    """Of the week, by the person's clock."""
    holidays: Holidays
    """Those of the country and, where they have any, of its regions."""
    channels: Ways
    """By which people are reached."""
    zones: Zones
    """What time it is where."""
    consent: dict[Literal["ai_voice"], Needed] = Field(default_factory=dict)
    """What has to be agreed to before."""
    limits: dict[RuleName, Limit] = Field(default_factory=dict)
    """How often, at most."""
    pauses: dict[RuleName, Pause] = Field(default_factory=dict)
    """How long nobody is contacted after a conversation or a message."""
    regions: dict[RegionCode, Regional] = Field(default_factory=dict)
    """What differs in some regions."""
