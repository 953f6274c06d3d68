"""What is loaded from a file of contacts, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voicebot.campaigns.sheets.contact_row import ContactRow
from voicebot.campaigns.sheets.import_report import ImportTotals


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A file that is loaded into a campaign."""

    digest: str
    """Of its bytes and of how they were read: the same one is loaded once."""
    campaign: str
    file_name: str
    full: bool
    settings: Mapping[str, Any]
    """Of the campaign, for when it is not in the database yet."""


@dataclass(frozen=True, slots=True)
class Loadable:
    """A row to be loaded, and the telephones by which it may be suppressed."""

    line: int
    contact: ContactRow
    digest: str
    """Of the contact."""
    hashes: tuple[str, ...]
    refused: bool
    """Whether any row of the file says no to an artificial voice for this person."""

    @property
    def not_called(self) -> bool:
        """Whether the file says that nobody is to call."""
        return self.refused or self.contact.not_called


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Who wants no more calls, of a row that is not loaded."""

    account_ref: str
    person_id: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What rows came to."""

    totals: ImportTotals
    live: tuple[int, ...] = ()
    """Lines that are not loaded, for a call about them is on."""
    suppressed: tuple[int, ...] = ()
    """Lines that are loaded and whose person, or telephones, are all suppressed."""
    held: tuple[int, ...] = ()
    """Lines whose contact a person looks at first, and goes on doing so."""
