"""How a contact ended, who answered, what was promised and what was asked for. Pure."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    THREAT = "THREAT"
    """Somebody threatened us: only a person decides whether they are ever called again."""
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
    """An amount and one calendar date, read back to the right party and confirmed with an explicit yes.

    In instalments, as many amounts: the first on the date, the others monthly on its day, or on the last of a
    month that has no such day.
    """

    amount: Decimal
    currency: str
    """ISO 4217."""
    date: datetime.date
    whole: bool = False
    """It covers the whole debt, all instalments together."""
    instalments: int = 1
    """How many payments of ``amount``."""

    def __str__(self) -> str:
        times = f"{self.instalments} x " if self.instalments > 1 else ""
        return f"{times}{self.amount} {self.currency} on {self.date}"

    @property
    def dates(self) -> tuple[datetime.date, ...]:
        """The day of each payment."""
        return tuple(_months_on(self.date, months) for months in range(self.instalments))

    @property
    def disposition(self) -> Disposition:
        """How the contact in which it was made ends, unless something else follows."""
        return Disposition.RPC_PROMISE if self.whole else Disposition.RPC_PARTIAL_PROMISE


MACHINES = frozenset({Disposition.MACHINE, Disposition.FAX, Disposition.SCREENED})
"""Endings of calls that no person answered, though something did."""
RIGHT_PARTY = frozenset(one for one in Disposition if one.name.startswith("RPC_"))
"""Endings of calls with the person, verified."""
HUMANS = RIGHT_PARTY | {
    Disposition.HUMAN_NO_RPC,
    Disposition.WRONG_PARTY,
    Disposition.THIRD_PARTY,
    Disposition.DECEASED,
    Disposition.BANKRUPT,
    Disposition.ATTORNEY,
    Disposition.VULNERABLE,
    Disposition.THREAT,
    Disposition.DNC,
    Disposition.OPT_OUT_VOICE,
    Disposition.LANGUAGE,
    Disposition.ABANDONED,
}
"""Endings that only a person can bring about."""


class RequestKind(StrEnum):
    """What a caller wants done after the call, by people."""

    CALL_BACK = "call_back"
    """To be called another time."""
    DISPUTE = "dispute"
    """The debt is not theirs, or not so much: it is reviewed, and nobody collects meanwhile."""
    PAYMENT_CHECK = "payment_check"
    """It was paid already: the payment is looked for."""
    ATTORNEY = "attorney"
    """An attorney speaks for them: nobody else is called about it."""
    BANKRUPTCY = "bankruptcy"
    """They are bankrupt: collection stops until that is looked into."""
    WRONG_NUMBER = "wrong_number"
    """The number is not the debtor's: it is taken off the account."""
    OPT_OUT = "opt_out"
    """No more calls of any kind, and no messages."""
    OPT_OUT_VOICE = "opt_out_voice"
    """No more calls; messages are welcome."""
    ERASURE = "erasure"
    """Their personal data are deleted, as far as the law allows."""
    DATA_CHANGE = "data_change"
    """Something known of them is no longer right."""
    COMPLAINT = "complaint"
    """They complain about us."""
    THREAT = "threat"
    """They threatened somebody: a person reviews the call at once."""
    DECEASED = "deceased"
    """The person is said to have died: nobody is called until a person has looked into it."""
    VULNERABLE = "vulnerable"
    """Somebody may be in need of help: a person looks after them, and nobody else calls."""
    LANGUAGE = "language"
    """They speak another language: somebody who does calls them."""


HOLDS_PERSON = frozenset(
    {
        RequestKind.ATTORNEY,
        RequestKind.BANKRUPTCY,
        RequestKind.DECEASED,
        RequestKind.VULNERABLE,
        RequestKind.THREAT,
        RequestKind.LANGUAGE,
    }
)
"""Requests until whose end no campaign calls the person."""
HOLDS_DEBT = frozenset({RequestKind.DISPUTE, RequestKind.PAYMENT_CHECK})
"""Requests until whose end no campaign calls about the debt."""
NO_MORE_CALLS = {
    Disposition.DNC: RequestKind.OPT_OUT,
    Disposition.OPT_OUT_VOICE: RequestKind.OPT_OUT_VOICE,
    Disposition.THREAT: RequestKind.THREAT,
}
"""Contacts after which nobody wants or gets another call, and the request that is on record for each."""
REQUEST_OF = NO_MORE_CALLS | {
    Disposition.DECEASED: RequestKind.DECEASED,
    Disposition.VULNERABLE: RequestKind.VULNERABLE,
    Disposition.LANGUAGE: RequestKind.LANGUAGE,
}
"""Those, and contacts after which a person decides whether anybody is called: the request is on disk before
the last words are said or people take over, so that no crash forgets it."""


SAID_IN_CALL = REQUEST_OF | {
    Disposition.ATTORNEY: RequestKind.ATTORNEY,
    Disposition.BANKRUPT: RequestKind.BANKRUPTCY,
    Disposition.RPC_DISPUTE: RequestKind.DISPUTE,
    Disposition.RPC_ALREADY_PAID: RequestKind.PAYMENT_CHECK,
    Disposition.WRONG_PARTY: RequestKind.WRONG_NUMBER,
}
"""Endings that a request on disk tells of, after which nobody is called as before; the first goes first."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a caller asked for, and what goes along with it."""

    kind: RequestKind
    details: Mapping[str, str] = field(default_factory=dict)
    """Such as ``date`` and ``phone``, as text: days and times as ISO 8601, amounts as decimal numbers."""

    def __str__(self) -> str:
        return " ".join((self.kind, *(f"{name}={value}" for name, value in self.details.items())))


def _months_on(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
