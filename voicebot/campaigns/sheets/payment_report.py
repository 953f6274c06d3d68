"""What came of a file of payments. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from voicebot.campaigns.sheets.file_report import FileReport


@dataclass(slots=True)
class PaymentTotals:
    """How many rows became what."""

    rows: int = 0
    booked: int = 0
    known: int = 0
    """Booked before: nothing changed."""
    rejected: int = 0
    """Not booked; each is in ``*.rejected.csv``."""


@dataclass(slots=True)
class PaymentReport(FileReport):
    """All that is told of a file of payments."""

    totals: PaymentTotals = field(default_factory=PaymentTotals, kw_only=True)

    def as_json(self) -> dict[str, Any]:
        """For ``*.report.json`` and for programs."""
        return {"file": self.file} | self.told(asdict(self.totals))

    def lines(self) -> list[str]:
        """For people."""
        return self.lines_of(asdict(self.totals))
