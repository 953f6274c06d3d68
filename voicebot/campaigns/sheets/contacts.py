"""Rows of a file of contacts, read into what can be called, or into all that is wrong with them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from voicebot.campaigns.sheets.amounts import Amounts
from voicebot.campaigns.sheets.contact_cells import ContactCells
from voicebot.campaigns.sheets.contact_columns import Column, ContactLayout
from voicebot.campaigns.sheets.contact_row import ContactRow, OptOut, RowConsent
from voicebot.campaigns.sheets.days import read_day, read_moment
from voicebot.campaigns.sheets.places import (
    read_channels,
    read_country,
    read_inconvenient,
    read_language,
    read_region,
    read_zone,
)
from voicebot.campaigns.sheets.problems import Code, RowProblem, shape
from voicebot.campaigns.sheets.records import Record
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.campaigns.sheets.values import read_count, read_currency, read_share, read_yes_no


@dataclass(frozen=True, slots=True)
class RowDefaults:
    """What a campaign says of every row that does not say it itself."""

    country: str = ""
    currency: str = ""
    creditor: str = ""

    def given(self) -> tuple[Column, ...]:
        """The columns that need not be there."""
        columns = (Column.COUNTRY, Column.CURRENCY, Column.CREDITOR)
        return tuple(column for column in columns if getattr(self, column.value))


class RowRules(Protocol):
    """What the rules of countries ask of a row."""

    def known(self, country: str) -> bool:
        """Whether there are rules for a country: without them nobody there is called."""

    def differ_by_region(self, country: str) -> bool:
        """Whether the region must be known where it is told."""

    def needs_consent(self, country: str) -> bool:
        """Whether an artificial voice needs the person's consent."""

    def zone_trouble(self, row: ContactRow) -> str:
        """Why nobody can tell what time it is there; empty when it is known well enough."""


class ContactReader:
    """Reads the rows of one file."""

    def __init__(
        self, layout: ContactLayout, settings: CsvSettings, rules: RowRules, defaults: RowDefaults
    ) -> None:
        self._layout = layout
        self._settings = settings
        self._rules = rules
        self._defaults = defaults
        self.amounts = Amounts(settings.decimal)

    def read(self, record: Record) -> tuple[ContactRow | None, list[RowProblem]]:
        """The contact of a row and what is worth knowing of it; or no contact, and all that is wrong."""
        if fault := record.fault(len(self._layout.header)):
            return None, [RowProblem(record.line, "", Code.BAD_ROW, fault, shape(record.cells[0]))]
        cells = ContactCells(record, self._layout)
        contact = self._contact(cells)
        if contact and not cells.rejected:
            self._judge(cells, contact)
        return None if cells.rejected else contact, cells.problems

    def account_ref(self, record: Record) -> str:
        """Whose row it is, where that can be told although the row cannot be loaded."""
        if record.fault(len(self._layout.header)):
            return ""
        return ContactCells(record, self._layout).text(Column.ACCOUNT_REF)

    def opt_out(self, record: Record) -> OptOut | None:
        """Who wants no more calls, where that can be told although the row cannot be loaded."""
        if record.fault(len(self._layout.header)):
            return None
        cells = ContactCells(record, self._layout)
        if not cells.read(Column.DNC, Code.BAD_VALUE, read_yes_no):
            return None
        country = cells.read(Column.COUNTRY, Code.BAD_COUNTRY, read_country) or self._defaults.country
        account_ref, phones = cells.text(Column.ACCOUNT_REF), cells.phones(country)
        person_id = cells.text(Column.PERSON_ID) or (f"account:{account_ref}" if account_ref else "")
        return OptOut(account_ref, person_id, phones) if person_id or phones else None

    def _contact(self, cells: ContactCells) -> ContactRow | None:
        country = self._country(cells)
        currency = cells.needed(Column.CURRENCY, Code.BAD_CURRENCY, read_currency, self._defaults.currency)
        amount_due = self._amount_due(cells, currency)
        due_date = cells.needed(Column.DUE_DATE, Code.BAD_DATE, self._day)
        account_ref = cells.needed_text(Column.ACCOUNT_REF)
        contact = ContactRow(
            account_ref=account_ref,
            person_id=cells.text(Column.PERSON_ID) or f"account:{account_ref}",
            first_name=cells.needed_text(Column.FIRST_NAME),
            last_name=cells.text(Column.LAST_NAME),
            phones=cells.phones(country or ""),
            country=country or "",
            region=self._region(cells, country or ""),
            time_zone=cells.read(Column.TIME_ZONE, Code.NO_TZ, read_zone),
            language=cells.read(Column.LANGUAGE, Code.BAD_LANGUAGE, read_language),
            creditor=cells.needed_text(Column.CREDITOR, self._defaults.creditor),
            amount_due=amount_due or Decimal(0),
            currency=currency or "",
            due_date=due_date or date.min,
            product=cells.text(Column.PRODUCT),
            min_payment=self._min_payment(cells, currency, amount_due),
            days_past_due=cells.read(
                Column.DAYS_PAST_DUE, Code.BAD_VALUE, lambda text: read_count(text, 36_500)
            ),
            consent=self._consent(cells),
            allowed_channels=cells.read(Column.ALLOWED_CHANNELS, Code.BAD_VALUE, read_channels) or (),
            dnc=bool(cells.read(Column.DNC, Code.BAD_VALUE, read_yes_no)),
            priority=cells.read(Column.PRIORITY, Code.BAD_VALUE, lambda text: read_count(text, 1000)) or 0,
            max_discount=cells.read(Column.OFFER_MAX_DISCOUNT_PCT, Code.BAD_VALUE, self._share),
            max_instalments=cells.read(
                Column.OFFER_MAX_INSTALMENTS, Code.BAD_VALUE, lambda text: read_count(text, 360)
            ),
            verification_hint=cells.text(Column.VERIFICATION_HINT),
            inconvenient_times=cells.read(Column.INCONVENIENT_TIMES, Code.BAD_VALUE, read_inconvenient) or (),
            custom=cells.custom(),
            notes=cells.text(Column.NOTES),
        )
        return None if cells.rejected else contact

    def _country(self, cells: ContactCells) -> str | None:
        country = cells.needed(Column.COUNTRY, Code.BAD_COUNTRY, read_country, self._defaults.country)
        if country and not self._rules.known(country):
            cells.problem(
                Column.COUNTRY,
                Code.NO_RULE_FOR_COUNTRY,
                f"is {country}, for which flows/rules has no rules of contact, so nobody there is called",
            )
        return country

    def _region(self, cells: ContactCells, country: str) -> str | None:
        written = cells.text(Column.REGION)
        region = read_region(written, country) if written and country else None
        if written and country and region is None and self._rules.differ_by_region(country):
            cells.problem(
                Column.REGION,
                Code.BAD_REGION,
                f"is no region of {country}, and rules differ by region there: write its code, such as MA",
            )
        return region or written or None

    def _amount_due(self, cells: ContactCells, currency: str | None) -> Decimal | None:
        def read(text: str) -> Decimal:
            amount = self.amounts.read(text, currency)
            if not amount:
                raise ValueError("is nothing: nobody is called who owes nothing")
            return amount

        return cells.needed(Column.AMOUNT_DUE, Code.BAD_AMOUNT, read)

    def _min_payment(
        self, cells: ContactCells, currency: str | None, amount_due: Decimal | None
    ) -> Decimal | None:
        def read(text: str) -> Decimal:
            amount = self.amounts.read(text, currency)
            if amount_due is not None and amount > amount_due:
                raise ValueError("is more than the amount due")
            return amount

        return cells.read(Column.MIN_PAYMENT, Code.BAD_AMOUNT, read)

    def _day(self, text: str) -> date:
        return read_day(text, self._settings.date_format)

    def _moment(self, text: str) -> datetime:
        return read_moment(text, self._settings.date_format)

    def _share(self, text: str) -> Decimal:
        return read_share(text, self._settings.decimal)

    def _consent(self, cells: ContactCells) -> RowConsent | None:
        given = cells.read(Column.CONSENT_AI_VOICE, Code.BAD_VALUE, read_yes_no)
        given_at = cells.read(Column.CONSENT_AT, Code.BAD_DATE, self._moment)
        revoked_at = cells.read(Column.CONSENT_REVOKED_AT, Code.BAD_DATE, self._moment)
        if given is None and revoked_at is None:
            return None
        return RowConsent(given is not False, given_at, cells.text(Column.CONSENT_SOURCE), revoked_at)

    def _judge(self, cells: ContactCells, contact: ContactRow) -> None:
        """Tell what keeps a row that can be read from being called."""
        if trouble := self._rules.zone_trouble(contact):
            cells.problem(Column.TIME_ZONE, Code.NO_TZ, trouble)
        if contact.dnc:
            cells.note(Column.DNC, Code.ON_DNC, "says no more calls: kept, its telephones suppressed")
        elif contact.refused:
            cells.note(
                Column.CONSENT_AI_VOICE, Code.NO_CONSENT, "says no to an artificial voice: kept, not called"
            )
        elif contact.not_called:
            cells.note(Column.ALLOWED_CHANNELS, Code.NO_CONSENT, "does not name voice: kept, not called")
        elif self._rules.needs_consent(contact.country) and not (contact.consent and contact.consent.proven):
            lacking = "has no consent_at beside it, which proves it" if contact.consent else "is missing"
            told = f"{lacking}: in {contact.country} no artificial voice calls without it; kept, not called"
            cells.note(Column.CONSENT_AI_VOICE, Code.NO_CONSENT, told)
