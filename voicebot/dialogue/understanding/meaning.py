"""What an utterance means. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Expect(StrEnum):
    """The kind of answer a state waits for."""

    YES_NO = "yes_no"
    AMOUNT = "amount"
    DATE = "date"
    DIGITS = "digits"
    NUMBER = "number"
    TIME = "time"
    CHOICE = "choice"
    PHONE = "phone"
    NAME = "name"
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
    QUESTION = "question"
    """Asks about the debt, the caller or how to pay."""
    HOSTILE = "hostile"
    """Insults without asking for anything."""
    VOICEMAIL = "voicemail"
    """No person: a greeting of a mailbox, or of the network."""
    REPEAT = "repeat"
    HOLD_ON = "hold_on"
    OTHER_LANGUAGE = "other_language"
    """Wants another language to be spoken, or does not speak this one."""


class Question(StrEnum):
    """What the bot has just asked: it says which answers are likely."""

    ANY = "any"
    """It is not known, or it does not matter."""
    GREETING = "greeting"
    """Nothing yet: the call has just been answered."""
    IDENTITY = "identity"
    """Whether this is the person called for."""
    PAYMENT = "payment"
    """What and when the debtor, who is verified, can pay."""


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
    MINOR = "minor"
    """A child is on the line."""
    OPT_OUT = "opt_out"
    """No more calls."""
    OPT_OUT_VOICE = "opt_out_voice"
    """No more calls, but messages are welcome."""
    CONSENT_REVOKED = "consent_revoked"
    ERASURE_REQUEST = "erasure_request"
    """The personal data must be deleted."""
    ASKS_IF_AI = "asks_if_ai"
    HARDSHIP = "hardship"
    """No work, no income, no means."""
    REFUSAL = "refusal"
    """Will not pay, whatever is offered."""
    LEGAL_THREAT = "legal_threat"
    """A lawsuit or a complaint to a regulator."""


class Topic(StrEnum):
    """What the caller wants to know."""

    ASKS_AMOUNT = "asks_amount"
    ASKS_DUE_DATE = "asks_due_date"
    ASKS_HOW_TO_PAY = "asks_how_to_pay"
    ASKS_WHO = "asks_who"
    """Who is calling, and for whom."""
    ASKS_REASON = "asks_reason"
    """What the call is about."""


class OwnIntent(str):
    """An intent that a flow names itself, with phrases of its own."""

    __slots__ = ()


Heard = Intent | Flag | Topic | OwnIntent
"""All that words may mean besides amounts, days and digits."""
NOT_THE_RIGHT_PARTY: Final = frozenset[Heard]({Intent.WRONG_PERSON, Intent.THIRD_PARTY})
"""Said by somebody who is not the one who is asked for, whatever was verified before."""
OwnPhrases = tuple[tuple[str, tuple[str, ...]], ...]
"""The intents of a flow, each with its phrases in one language."""


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
    number: int | None = None
    """A count, such as payments."""
    time: datetime.time | None = None
    """A time of day, to the minute."""
    chosen: tuple[tuple[str, str], ...] = ()
    """Slots, each with the option that was named of those it has."""
    phone: str = ""
    """E.164."""
    name: str = ""
    """How the caller is called, in letters alone; nobody vouches for it."""
    flags: frozenset[Flag] = field(default_factory=frozenset)
    topics: frozenset[Topic] = field(default_factory=frozenset)
    own: frozenset[OwnIntent] = field(default_factory=frozenset)
    """Intents of the flow, by its own phrases."""
    likeliest: Intent | None = None
    """What the utterance is mainly about, sure or not: for reports. Calls act on ``intent``."""
    confidence: float = 0.0
    """The probability of ``likeliest``."""
    willingness: float | None = None
    """How ready the caller is to pay, 0 to 1; nothing where it was not the subject."""

    @property
    def heard(self) -> frozenset[Heard]:
        """Everything that may lead somewhere."""
        intents = frozenset(one for one in (self.intent, *self.secondary) if one is not None)
        return intents | self.flags | self.topics | self.own

    @classmethod
    def of(cls, heard: Heard) -> Meaning:
        """What means this and nothing else."""
        match heard:
            case Intent():
                return cls(intent=heard)
            case Flag():
                return cls(flags=frozenset({heard}))
            case Topic():
                return cls(topics=frozenset({heard}))
            case _:
                return cls(own=frozenset({heard}))


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose for one slot."""

    slot: str
    phrases: tuple[tuple[str, tuple[str, ...]], ...]
    """Each option with what callers call it."""


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
    person: str = ""
    """Whom the call is for, asked for now or before: whoever denies to be that is somebody else."""
    question: Question = Question.ANY
    own: OwnPhrases = ()
    options: tuple[Options, ...] = ()
    """What there is to choose, for each slot that an answer may fill."""
    country: str = ""
    """ISO 3166-1: whose telephone numbers need no country code."""
