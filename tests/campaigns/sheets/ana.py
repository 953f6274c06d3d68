"""Files of contacts for tests, and rules without countries' own files."""

from __future__ import annotations

from collections.abc import Mapping

from voicebot.campaigns.sheets.contact_row import ContactRow

ANA = {
    "account_ref": "A-1",
    "first_name": "Ana",
    "phone_1": "961234567",
    "country": "CL",
    "creditor": "Demo Store",
    "amount_due": "1250",
    "currency": "CLP",
    "due_date": "2026-11-13",
}
"""A sound row."""


def sheet(*rows: Mapping[str, str], delimiter: str = ";", header: str = "", end: str = "\n") -> str:
    """A file: what differs from Ana's row, row by row."""
    names = list(dict.fromkeys([*ANA, *(name for row in rows for name in row)]))
    lines = [header or delimiter.join(names)]
    for number, row in enumerate(rows, 1):
        cells = {**ANA, "account_ref": f"A-{number}", **row}
        lines.append(delimiter.join(cells.get(name, "") for name in names))
    return "".join(f"{line}{end}" for line in lines)


class PlainRules:
    """Rules as far as rows need them."""

    def known(self, country: str) -> bool:
        return country in {"CL", "US", "MX", "AR"}

    def differ_by_region(self, country: str) -> bool:
        return country == "US"

    def needs_consent(self, country: str) -> bool:
        return country == "US"

    def zone_trouble(self, row: ContactRow) -> str:
        return ""
