"""A contact as a file brings it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from voicebot.campaigns.sheets.phones import RowPhone


@dataclass(frozen=True, slots=True)
class RowConsent:
    """What the file says about consent to be called by an artificial voice."""

    given: bool
    given_at: datetime | None = None
    source: str = ""
    revoked_at: datetime | None = None

    @property
    def refused(self) -> bool:
        """Whether it is known that the person does not want it."""
        return not self.given or self.revoked_at is not None

    @property
    def proven(self) -> bool:
        """Whether it would stand: given, at a moment, and not taken back."""
        return self.given and self.given_at is not None and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person, what they owe, and how to reach them; all of it checked."""

    account_ref: str
    person_id: str
    first_name: str
    last_name: str
    phones: tuple[RowPhone, ...]
    country: str
    region: str | None
    """ISO 3166-2 without the country, such as ``MA``; else as it was written."""
    time_zone: str | None
    language: str | None
    creditor: str
    amount_due: Decimal
    currency: str
    due_date: date
    product: str = ""
    min_payment: Decimal | None = None
    days_past_due: int | None = None
    consent: RowConsent | None = None
    allowed_channels: tuple[str, ...] = ()
    """``voice``, ``sms``, ``whatsapp``, ``email``, ``letter``, ``visit``; empty for any."""
    dnc: bool = False
    priority: int = 0
    max_discount: Decimal | None = None
    """Per cent."""
    max_instalments: int | None = None
    verification_hint: str = ""
    inconvenient_times: tuple[str, ...] = ()
    """As ``mon-fri 12:00-14:00``; nobody is called then."""
    custom: Mapping[str, str] = field(default_factory=dict)
    """What voicebot knows no use of: flows may, by these names; in their order."""
    notes: str = ""

    @property
    def not_called(self) -> bool:
        """Whether the file itself says that nobody is to call: such a row is kept, and not dialled."""
        return (
            self.dnc or self.refused or (bool(self.allowed_channels) and "voice" not in self.allowed_channels)
        )

    def facts(self) -> dict[str, str]:
        """What a flow may take, by the names that flows use."""
        known = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "creditor": self.creditor,
            "product": self.product,
            "balance": f"{self.amount_due:f}",
            "currency": self.currency,
            "due_date": self.due_date.isoformat(),
            "min_payment": "" if self.min_payment is None else f"{self.min_payment:f}",
            "days_past_due": "" if self.days_past_due is None else str(self.days_past_due),
            "max_discount_pct": "" if self.max_discount is None else f"{self.max_discount:f}",
            "max_instalments": "" if self.max_instalments is None else str(self.max_instalments),
            "last4": self.verification_hint if len(self.verification_hint) == 4 else "",
            "notes": self.notes,
        }
        return {name: value for name, value in {**self.custom, **known}.items() if value}

    @property
    def refused(self) -> bool:
        """Whether the row says no to an artificial voice."""
        return self.consent is not None and self.consent.refused

    def digest(self, *, refused: bool = False) -> str:
        """Tells rows with other values apart, whatever order their columns had.

        Args:
            refused: whether any row of the file about this person says no to an artificial voice.
        """
        said = f"{self!r} refused" if refused and not self.refused else repr(self)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class OptOut:
    """Who wants no more calls, of a row that is not loaded."""

    account_ref: str
    """Empty where the row tells telephones alone."""
    person_id: str
    phones: tuple[RowPhone, ...]
