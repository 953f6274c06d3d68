"""What an operator writes of a campaign, in ``campaigns/NAME.yaml``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from voicebot.campaigns.caller_ids import CallerId
from voicebot.campaigns.pacing import PacingSettings
from voicebot.campaigns.reporting.prices import Prices
from voicebot.campaigns.retry_settings import RetrySettings
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.contact.own import OwnRules
from voicebot.dialogue.language.notation import Part, one_or_many
from voicebot.telephony.number import REGIONS

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
"""Of a campaign: it stands in file names, in commands and in the database."""


def _known_country(country: str) -> str:
    if country and country not in REGIONS:
        raise ValueError(f"{country!r} is no country: write ISO 3166's two capital letters, such as US or CL")
    return country


def _known_currency(currency: str) -> str:
    if currency and not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
        raise ValueError(f"{currency!r} is no currency: write ISO 4217's three capital letters, such as CLP")
    return currency


def _names_the_number(endpoint: str) -> str:
    if "{number}" not in endpoint:
        raise ValueError("the endpoint must say where the number goes, such as PJSIP/{number}@{trunk}")
    if "{" in endpoint.replace("{number}", "").replace("{trunk}", ""):
        raise ValueError("an endpoint knows {number} and {trunk} only")
    return endpoint


Country = Annotated[str, AfterValidator(_known_country)]
Currency = Annotated[str, AfterValidator(_known_currency)]
Endpoint = Annotated[str, AfterValidator(_names_the_number)]


class FollowUp(Part):
    """What is done about a promise that was not kept."""

    flow: str = "broken_promise"
    """The conversation, once, within the rules; it is told ``promised_amount`` and ``promised_on``."""
    priority: int = Field(default=10, ge=-1000, le=1000)
    """Of the contact; higher goes first."""
    remind: str = ""
    """The flow of a courtesy call on the day before the promised one, where the rules allow it, such as
    ``upcoming_payment``; empty for none. It is told ``promised_amount``, ``promised_on`` and ``due_date``."""


class CampaignSettings(Part):
    """Everything about a campaign but its contacts. Each line has a default, so that files may be imported
    before the campaign is written; ``missing`` says what is needed to dial."""

    flow: str = "payment_reminder"
    """Name of the flow: a file of the flows folder, without ``.yaml``."""
    language: str = "en"
    """The language a call begins in, unless the contact names one."""
    facts: Mapping[str, str] = Field(default={})
    """What is true of every call, by the names in the flow's ``facts``; those of the account go over them."""
    country: Country = ""
    """Of contacts that name none."""
    currency: Currency = ""
    """Of amounts that name none."""
    csv: CsvSettings = CsvSettings()
    trunk: str = ""
    """Name of the carrier's line in ``telephony.trunks``, whose limits count."""
    other_trunks: Annotated[tuple[str, ...], BeforeValidator(one_or_many)] = ()
    """Trunks that are tried when that one fails."""
    endpoint: Endpoint = "PJSIP/{number}@{trunk}"
    """As Asterisk dials it."""
    lines: int = Field(default=10, ge=1, le=10_000)
    """Calls of this campaign at once."""
    ring_seconds: float = Field(default=25.0, ge=5.0, le=120.0)
    """Seconds until an unanswered call is given up."""
    early_media: bool = False
    """Listen before anybody answers, for announcements and the tones of numbers that are not in service."""
    caller_ids: tuple[CallerId, ...] = ()
    """Numbers of ours that are shown; calls back to them must be answered."""
    voicemail: Literal["none", "message"] = "none"
    """What machines hear: nothing, or the ``voicemail`` message of the flow."""
    pacing: PacingSettings = PacingSettings()
    retry: RetrySettings = RetrySettings()
    contact: OwnRules = OwnRules()
    """Hours, holidays, channels and limits that are stricter than the law: see docs/contact-rules.md."""
    follow_up: FollowUp | None = None
    prices: Prices | None = None
    """What calls cost, for the report; without them costs are not known."""

    @model_validator(mode="after")
    def _each_number_once(self) -> Self:
        numbers = [shown.number for shown in self.caller_ids]
        if twice := {number for number in numbers if numbers.count(number) > 1}:
            raise ValueError(f"caller_ids has {', '.join(sorted(twice))} twice: keep one")
        return self

    @property
    def flows(self) -> tuple[str, ...]:
        """Every flow that a call may follow, the campaign's in front."""
        after = (self.follow_up.flow, self.follow_up.remind) if self.follow_up else ()
        return tuple(dict.fromkeys(name for name in (self.flow, *after) if name))

    @property
    def trunks(self) -> tuple[str, ...]:
        """All trunks, the one to use first in front."""
        return tuple(dict.fromkeys((self.trunk, *self.other_trunks)))

    @property
    def most_dials(self) -> int:
        """Calls at once, ringing ones included, while all goes well."""
        return floor(self.lines * self.pacing.furthest)

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be written before anybody can be called, as sentences; empty when nothing is."""
        lacks = []
        if not self.trunk:
            lacks.append("trunk: the carrier's name in telephony.trunks")
        if not self.caller_ids:
            lacks.append("caller_ids: at least one number of yours, for nobody is called by a hidden one")
        return tuple(lacks)

    def dialled(self, number: str, trunk: str) -> str:
        """What Asterisk is told to dial."""
        return self.endpoint.replace("{number}", number).replace("{trunk}", trunk)


def as_json(settings: CampaignSettings) -> dict[str, Any]:
    """For the database: what was in force when calls were made."""
    return settings.model_dump(mode="json")
