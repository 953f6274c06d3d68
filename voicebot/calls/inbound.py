"""Who answers when somebody calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class InboundSettings(BaseModel):
    """The flow that answers calls, and what it is told about the caller."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = "payment_reminder"
    """Name of the flow: a file of the flows folder, without ``.yaml``."""
    language: str = "en"
    """The language it begins in."""
    facts: Mapping[str, str] = Field(default={})
    """What the account brings, by the names in the flow's ``facts``."""
    drain: float = Field(default=60.0, ge=0.0, le=3600.0)
    """Seconds that calls in progress are given to finish when the server is told to stop."""
