"""The cells of one row by their columns, and what is wrong with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from voicebot.campaigns.sheets.columns import Column, Layout
from voicebot.campaigns.sheets.phones import RowPhone, read_phone
from voicebot.campaigns.sheets.problems import Code, RowProblem, shape
from voicebot.campaigns.sheets.records import Record

T = TypeVar("T")

LONGEST: Final = {Column.NOTES: 2000, Column.ACCOUNT_REF: 100, Column.PERSON_ID: 100}
LONGEST_NAME: Final = 200
LONGEST_CUSTOM: Final = 2000
"""Characters of a cell."""
_NOTHING: Final = frozenset(["null", "n/a", "#n/a", "#n/d", "s/d"])
_AS_TEXT: Final = re.compile(r'="([^"]*)"')
_FORMULA: Final = re.compile(r"[=@]|#(?:REF|VALUE|NAME|DIV/0|NUM|¡|¿)")
_NOT_TEXT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_READ_TWICE: Final = re.compile(r"Ã[\x80-\xbf¡-ÿƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ‚€]|Â[¡-¿]|â€")
_WRITTEN_AS_TEXT: Final = re.compile(r"'(?=[=+\-@0-9])")


class Cells:
    """What a row says, column by column; what cannot be read is noted once."""

    def __init__(self, record: Record, layout: Layout) -> None:
        self._record = record
        self._layout = layout
        self.problems: list[RowProblem] = []

    @property
    def rejected(self) -> bool:
        """Whether something is so wrong that the row cannot be loaded."""
        return any(not problem.note for problem in self.problems)

    def read(self, column: Column, code: Code, read: Callable[[str], T]) -> T | None:
        """What stands in a column; ``None`` where nothing does, or nothing that can be read."""
        text = self._cell(column)
        if not text or text.lower() in _NOTHING:
            return None
        try:
            return read(text)
        except ValueError as fault:
            self._add(self._layout.name(column), code, str(fault), text)
            return None

    def needed(
        self, column: Column, code: Code, read: Callable[[str], T], default: T | None = None
    ) -> T | None:
        """The same where there must be something; ``None`` is noted."""
        before = len(self.problems)
        value = self.read(column, code, read) or default
        if not value and len(self.problems) == before:
            self._add(self._layout.name(column), Code.MISSING, "is empty: every row needs it", "")
        return value

    def text(self, column: Column) -> str:
        """Words, as people wrote them."""
        return self._words(self._cell(column), self._layout.name(column), LONGEST.get(column, LONGEST_NAME))

    def needed_text(self, column: Column, default: str = "") -> str:
        """The same where there must be some; none are noted."""
        before = len(self.problems)
        words = self.text(column) or default
        if not words and len(self.problems) == before:
            self._add(self._layout.name(column), Code.MISSING, "is empty: every row needs it", "")
        return words

    def phones(self, country: str) -> tuple[RowPhone, ...]:
        """Every telephone that can be dialled, each once; others are noted, and reject a row without one."""
        if not country:
            return ()  # the row is rejected for that, and what would be national cannot be told
        good: dict[str, RowPhone] = {}
        bad: list[tuple[str, str, str]] = []
        for column in self._layout.phones:
            text = _clean(self._record.cells[column.index])
            if not text or text.lower() in _NOTHING:
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
            name = self._layout.header[self._layout.phones[0].index]
            self._add(name, Code.MISSING, "is empty: every row needs a telephone", "")
        return tuple(good.values())

    def custom(self) -> dict[str, str]:
        """What stands in columns that only a flow may know."""
        read = {
            name: self._words(_clean(self._record.cells[index]), self._layout.header[index], LONGEST_CUSTOM)
            for name, index in self._layout.custom.items()
            if self._record.cells[index]
        }
        return {name: words for name, words in sorted(read.items()) if words}

    def problem(self, column: Column, code: Code, sentence: str) -> None:
        """Note what rejects the row; the sentence goes on behind the column's name."""
        self._add(self._layout.name(column), code, sentence, self._cell(column))

    def note(self, column: Column, code: Code, sentence: str) -> None:
        """Note what is worth knowing of a row that is loaded all the same."""
        self._add(self._layout.name(column), code, sentence, self._cell(column), note=True)

    def _cell(self, column: Column) -> str:
        place = self._layout.places.get(column)
        return "" if place is None else _clean(self._record.cells[place])

    def _words(self, words: str, name: str, longest: int) -> str:
        if words.isascii() and words.isalnum() and len(words) <= longest:
            return words
        if fault := _wording_fault(words, longest):
            self._add(name, Code.BAD_TEXT, fault, words)
        return words

    def _add(self, name: str, code: Code, sentence: str, text: str, *, note: bool = False) -> None:
        told = f"{name} {sentence}"
        self.problems.append(RowProblem(self._record.line, name, code, told, shape(text), note))


def _clean(cell: str) -> str:
    """The value of a cell: spreadsheets write ``="0123"`` or ``'0123`` to keep the noughts in front."""
    text = cell.strip(" \t\u00a0\u200b\ufeff\r\n")
    if text[:1] == "=" and (kept := _AS_TEXT.fullmatch(text)):
        text = kept[1].strip()
    return _WRITTEN_AS_TEXT.sub("", text, count=1) if text[:1] == "'" else text


def _wording_fault(words: str, longest: int) -> str:
    if len(words) > longest:
        return f"is longer than {longest} characters"
    if _FORMULA.match(words):
        return "is a formula: export the list with its values"
    if _READ_TWICE.search(words):
        return "has letters such as ñ spoilt by a wrong encoding: export it once more as CSV UTF-8"
    if _NOT_TEXT.search(words.replace("\n", " ").replace("\r", " ").replace("\t", " ")):
        return "has characters in it that are no text"
    return ""
