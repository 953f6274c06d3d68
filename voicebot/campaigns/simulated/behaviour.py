"""How people answer in a simulation, as an operator writes it from the figures of past campaigns. Pure.

The defaults are plain assumptions, not measurements: compare settings with them, and trust levels only after
you have put in your own.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from voicebot.dialogue.language.notation import Part
from voicebot.disposition import Disposition

Share = Annotated[float, Field(ge=0.0, le=1.0)]
_DAY = (0.05,) * 8 + (
    0.18,
    0.2,
    0.22,
    0.22,
    0.2,
    0.18,
    0.17,
    0.18,
    0.2,
    0.24,
    0.27,
    0.26,
    0.2,
    0.12,
    0.08,
    0.05,
)


class Seconds(Part):
    """How long things take, on average."""

    rings: float = Field(default=12.0, ge=1.0, le=60.0)
    """Until somebody or something answers."""
    promise: float = Field(default=95.0, ge=1.0, le=3600.0)
    """A conversation that ends in a promise or with a person."""
    talk: float = Field(default=45.0, ge=1.0, le=3600.0)
    """Any other conversation with the right party."""
    other: float = Field(default=20.0, ge=1.0, le=3600.0)
    """With anybody else."""
    machine: float = Field(default=7.0, ge=1.0, le=600.0)


class Segment(Part):
    """People who live under the same rules and by the same clock."""

    country: str = Field(pattern="^[A-Z]{2}$")
    region: str | None = None
    time_zone: str | None = None
    """IANA; ``None`` where only country and region are known."""
    share: float = Field(default=1.0, gt=0.0)
    """Of the portfolio, beside the shares of the others."""


class Behaviour(Part):
    """What comes of dials."""

    segments: tuple[Segment, ...] = ()
    """None: the campaign's country, in equal shares of its time zones."""
    phones: int = Field(default=2, ge=1, le=5)
    """Of each account."""
    consent: Share = 0.95
    """Of the people have agreed to calls by an artificial voice, where that is needed."""
    invalid: Share = 0.06
    """Of the telephones are not in service."""
    wrong: Share = 0.04
    """Of the telephones belong to somebody else."""
    answer: tuple[Share, ...] = Field(default=_DAY, min_length=24, max_length=24)
    """Share of dials that a person answers, by the hour there, on a day that is like any other."""
    weekdays: tuple[float, ...] = Field(
        default=(1.0, 1.0, 1.0, 1.0, 0.95, 0.9, 0.8), min_length=7, max_length=7
    )
    """By how much that differs, from Monday to Sunday."""
    spread: float = Field(default=0.5, ge=0.0, le=2.0)
    """How much people differ in answering: the deviation of the logarithm; 0 when they do not."""
    machine: Share = 0.45
    """Of the dials that no person answers reach a machine."""
    busy: Share = 0.06
    rejected: Share = 0.05
    unreachable: Share = 0.03
    carrier_error: Share = 0.01
    """Of the dials that no person answers, as the one above; the rest rings out."""
    right_party: Share = 0.62
    """Of the people who answer are the person, and verified."""
    third_party: Share = 0.12
    """Of the others say who they are."""
    outcomes: dict[Disposition, float] = Field(
        default={
            Disposition.RPC_PROMISE: 0.24,
            Disposition.RPC_PARTIAL_PROMISE: 0.1,
            Disposition.RPC_NEGOTIATE_XFER: 0.1,
            Disposition.RPC_INFORMED: 0.06,
            Disposition.RPC_CALLBACK: 0.1,
            Disposition.RPC_REFUSAL: 0.12,
            Disposition.RPC_CANT_PAY: 0.1,
            Disposition.RPC_HANGUP: 0.1,
            Disposition.RPC_ALREADY_PAID: 0.03,
            Disposition.RPC_DISPUTE: 0.03,
            Disposition.DNC: 0.02,
        }
    )
    """Of the conversations with the right party, in shares of whatever they come to."""
    days_to_pay: float = Field(default=6.0, ge=0.0, le=60.0)
    """From a promise to its day, on average."""
    kept: Share = 0.55
    """Of the promises."""
    seconds: Seconds = Seconds()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.machine + self.busy + self.rejected + self.unreachable + self.carrier_error > 1:
            raise ValueError("machine, busy, rejected, unreachable and carrier_error are more than all dials")
        if self.invalid + self.wrong > 1:
            raise ValueError("invalid and wrong are more than all telephones")
        if not self.outcomes or sum(self.outcomes.values()) <= 0 or min(self.outcomes.values()) < 0:
            raise ValueError("outcomes needs at least one share above 0, and none below")
        return self
