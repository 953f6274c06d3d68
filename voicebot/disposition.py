"""How a contact ended, who answered, and what was promised. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Party(StrEnum):
    """Who is on the line."""

    UNKNOWN = "unknown"
    RIGHT_PARTY = "right_party"
    """The debtor, verified."""
    WRONG_PARTY = "wrong_party"
    """Somebody who does not know the debtor."""
    THIRD_PARTY = "third_party"
    """Somebody who knows the debtor: may hear nothing about the debt."""


class Disposition(StrEnum):
    """How a contact ended: exactly one for every call. RPC = right-party contact."""

    RPC_PROMISE = "RPC_PROMISE"
    RPC_PARTIAL_PROMISE = "RPC_PARTIAL_PROMISE"
    RPC_NEGOTIATE_XFER = "RPC_NEGOTIATE_XFER"
    RPC_REFUSAL = "RPC_REFUSAL"
    RPC_CANT_PAY = "RPC_CANT_PAY"
    RPC_DISPUTE = "RPC_DISPUTE"
    RPC_ALREADY_PAID = "RPC_ALREADY_PAID"
    RPC_CALLBACK = "RPC_CALLBACK"
    RPC_INFORMED = "RPC_INFORMED"
    """The reminder was heard; nothing was agreed."""
    RPC_HANGUP = "RPC_HANGUP"
    HUMAN_NO_RPC = "HUMAN_NO_RPC"
    """Somebody answered, but the right party was not verified."""
    WRONG_PARTY = "WRONG_PARTY"
    THIRD_PARTY = "THIRD_PARTY"
    DECEASED = "DECEASED"
    BANKRUPT = "BANKRUPT"
    ATTORNEY = "ATTORNEY"
    VULNERABLE = "VULNERABLE"
    DNC = "DNC"
    OPT_OUT_VOICE = "OPT_OUT_VOICE"
    LANGUAGE = "LANGUAGE"
    MACHINE = "MACHINE"
    FAX = "FAX"
    SCREENED = "SCREENED"
    BUSY = "BUSY"
    NO_ANSWER = "NO_ANSWER"
    REJECTED = "REJECTED"
    SIT_INVALID = "SIT_INVALID"
    SIT_NO_CIRCUIT = "SIT_NO_CIRCUIT"
    SIT_REORDER = "SIT_REORDER"
    UNREACHABLE = "UNREACHABLE"
    CARRIER_ERROR = "CARRIER_ERROR"
    ABANDONED = "ABANDONED"
    SILENCE = "SILENCE"
    BLOCKED_RULE = "BLOCKED_RULE"
    TECHNICAL_FAILURE = "TECHNICAL_FAILURE"
    """We failed: an engine, a flow or the process itself."""


@dataclass(frozen=True, slots=True)
class PromiseToPay:
    """An amount and one calendar date, read back to the right party and confirmed with an explicit yes."""

    amount: Decimal
    currency: str
    """ISO 4217."""
    date: datetime.date
    whole: bool = False
    """It covers the whole debt."""

    @property
    def disposition(self) -> Disposition:
        """How the contact in which it was made ends, unless something else follows."""
        return Disposition.RPC_PROMISE if self.whole else Disposition.RPC_PARTIAL_PROMISE
