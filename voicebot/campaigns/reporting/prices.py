"""What calls cost, as far as an operator has said. Pure."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from voicebot.dialogue.language.notation import Part


class Prices(Part):
    """What the carrier, engines, machines and people cost; the currency is the one of the report."""

    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    """ISO 4217."""
    attempt: Decimal = Field(default=Decimal(0), ge=0)
    """Of each dial, answered or not."""
    minute: Decimal = Field(default=Decimal(0), ge=0)
    """Of each connected minute: carrier, recogniser, voice and interpreter together."""
    transfer: Decimal = Field(default=Decimal(0), ge=0)
    """Of each call that a person takes: their time."""
    period: Decimal = Field(default=Decimal(0), ge=0)
    """Of the machines, for as long as the report is about."""
