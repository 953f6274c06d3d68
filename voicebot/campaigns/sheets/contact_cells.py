"""The cells of a row of contacts: telephones, and what only a flow knows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from voicebot.campaigns.sheets.cells import Cells, clean, nothing
from voicebot.campaigns.sheets.contact_columns import Column, ContactLayout
from voicebot.campaigns.sheets.phones import RowPhone, read_phone
from voicebot.campaigns.sheets.problems import Code
from voicebot.campaigns.sheets.records import Record

LONGEST_CUSTOM: Final = 2000
"""Characters of a cell."""


class ContactCells(Cells):
    """What a row of contacts says."""

    longest: ClassVar[Mapping[str, int]] = {
        Column.NOTES: 2000,
        Column.ACCOUNT_REF: 100,
        Column.PERSON_ID: 100,
    }

    def __init__(self, record: Record, layout: ContactLayout) -> None:
        super().__init__(record, layout)
        self._phones = layout.phones
        self._custom = layout.custom

    def phones(self, country: str) -> tuple[RowPhone, ...]:
        """Every telephone that can be dialled, each once; others are noted, and reject a row without one."""
        if not country:
            return ()  # the row is rejected for that, and what would be national cannot be told
        good: dict[str, RowPhone] = {}
        bad: list[tuple[str, str, str]] = []
        for column in self._phones:
            text = clean(self._record.cells[column.index])
            if not text or nothing(text):
                continue
            kind = column.kind if column.type_index is None else self._record.cells[column.type_index]
            try:
                phone = read_phone(text, country, kind)
                good.setdefault(phone.e164, phone)
            except ValueError as fault:
                bad.append((self._layout.header[column.index], str(fault), text))
        for name, sentence, text in bad:
            self._add(name, Code.BAD_PHONE, sentence, text, note=bool(good))
        if not good and not bad:
            name = self._layout.header[self._phones[0].index]
            self._add(name, Code.MISSING, "is empty: every row needs a telephone", "")
        return tuple(good.values())

    def custom(self) -> dict[str, str]:
        """What stands in columns that only a flow may know."""
        read = {
            name: self._words(clean(self._record.cells[index]), self._layout.header[index], LONGEST_CUSTOM)
            for name, index in self._custom.items()
            if self._record.cells[index]
        }
        return {name: words for name, words in sorted(read.items()) if words}
