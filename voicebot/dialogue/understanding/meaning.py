"""What an utterance means. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Expect(StrEnum):
    """The kind of answer a state waits for."""

    YES_NO = "yes_no"
    AMOUNT = "amount"
    DATE = "date"
    DIGITS = "digits"
    INTENT = "intent"
    """Any of the intents the state names, in free words."""


class Intent(StrEnum):
    """What the caller wants to do."""

    YES = "yes"
    NO = "no"
    WRONG_PERSON = "wrong_person"
    """Nobody of that name here."""
    THIRD_PARTY = "third_party"
    """The debtor is known but not on the line."""
    PROMISE = "promise"
    ALREADY_PAID = "already_paid"
    CALL_LATER = "call_later"
    STOP_CALLING = "stop_calling"
    HUMAN = "human"
    NEGOTIATE = "negotiate"
    CANNOT_PAY = "cannot_pay"
    DISPUTE = "dispute"
    REPEAT = "repeat"
    HOLD_ON = "hold_on"


class Flag(StrEnum):
    """What changes a call whatever else is said in the same breath."""

    SELF_HARM_RISK = "self_harm_risk"
    THREAT = "threat"
    DECEASED = "deceased"
    """Whoever is called has died."""
    ATTORNEY = "attorney"
    """A lawyer speaks for the debtor."""
    BANKRUPTCY = "bankruptcy"
    IDENTITY_THEFT = "identity_theft"
    VULNERABLE = "vulnerable"
    """Illness, bereavement, no home."""
    OPT_OUT_VOICE = "opt_out_voice"
    ASKS_IF_AI = "asks_if_ai"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was understood: everything empty when nothing was."""

    intent: Intent | None = None
    secondary: tuple[Intent, ...] = ()
    amount: Decimal | None = None
    """Money offered from now on; never a balance, a wage or a past payment."""
    date: date | None = None
    """One calendar date; never a range."""
    digits: str = ""
    """Digits spoken one by one or in groups."""
    full_amount: bool = False
    """"All of it", "the whole amount"."""
    flags: frozenset[Flag] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the words are understood against."""

    language: str
    """``en`` or ``es``."""
    today: date
    expects: frozenset[Expect] = frozenset()
    balance: Decimal | None = None
    currency: str = "USD"
    digits_length: int = 0
    """How many digits the state asks for; 0 when any number will do."""
    name: str = ""
    """Who is asked for by name; empty when nobody is."""
