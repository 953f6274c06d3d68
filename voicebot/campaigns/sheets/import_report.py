"""What came of a file of contacts. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from voicebot.campaigns.sheets.file_report import FileReport


@dataclass(slots=True)
class ImportTotals:
    """How many rows became what."""

    rows: int = 0
    accepted: int = 0
    """New in the campaign."""
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    """Each is in ``*.rejected.csv``."""
    closed: int = 0
    """Contacts of the campaign that a ``full`` file lacks."""
    not_called: int = 0
    """Of the loaded: the file says no, or the telephones are suppressed."""
    call_live: int = 0
    """Not loaded, for a call about them was on: they are in ``*.rejected.csv``, to be dropped again."""

    def resume(self, before: ImportTotals) -> None:
        """Go on from what was loaded before the file was interrupted; calls that were on then are over."""
        for name in ("accepted", "updated", "unchanged", "closed", "not_called"):
            setattr(self, name, getattr(before, name))

    def add(self, other: ImportTotals) -> None:
        """Count what another part of the file came to."""
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)


@dataclass(slots=True)
class ImportReport(FileReport):
    """All that is told of a file of contacts."""

    campaign: str
    full: bool
    totals: ImportTotals = field(default_factory=ImportTotals, kw_only=True)
    peak_megabytes: int = field(default=0, kw_only=True)
    """The most memory that the process had."""
    moved_to: str = field(default="", kw_only=True)
    """Where the file lies now; empty where it stayed."""

    def as_json(self) -> dict[str, Any]:
        """For ``*.report.json`` and for programs."""
        of_file = {"file": self.file, "campaign": self.campaign, "full": self.full}
        after = {"peak_megabytes": self.peak_megabytes, "moved_to": self.moved_to or None}
        return of_file | self.told(asdict(self.totals)) | after

    def lines(self) -> list[str]:
        """For people."""
        return self.lines_of(asdict(self.totals))
