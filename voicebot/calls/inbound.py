"""Who answers when somebody calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from voicebot.telephony.number import REGIONS


class Route(BaseModel):
    """The conversation that answers a number, and what it is told of whoever calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = "payment_reminder"
    """Name of the flow: a file of the flows folder, without ``.yaml``."""
    stranger: str = ""
    """Name of the flow for callers whose number belongs to no account, or to several; empty for ``flow``
    itself, which then has to get along with ``facts``."""
    language: str = "en"
    """The language it begins in, unless the account names one."""
    facts: Mapping[str, str] = Field(default={})
    """What is true of every call, by the names in the flow's ``facts``; those of the account go over them."""


def _known_region(region: str) -> str:
    if region not in REGIONS:
        raise ValueError("write the country in ISO 3166's two capital letters, such as US or MX")
    return region


class InboundSettings(Route):
    """What answers calls: this route, unless the number that was dialled has one of its own."""

    routes: Mapping[str, Route] = Field(default={})
    """Routes by the number that was dialled (DID), as the trunk sends it."""
    region: Annotated[str, AfterValidator(_known_region)] = "US"
    """Country whose national spelling callers' numbers may have."""
    drain: float = Field(default=60.0, ge=0.0, le=3600.0)
    """Seconds that calls in progress are given to finish when the server is told to stop."""

    def route(self, dialled: str) -> Route:
        """What answers a number; ``+`` in front of it means nothing."""
        plain = {number.lstrip("+"): route for number, route in self.routes.items()}
        return plain.get(dialled.lstrip("+"), self)

    @property
    def every_route(self) -> tuple[Route, ...]:
        """All that may answer."""
        return (self, *self.routes.values())
