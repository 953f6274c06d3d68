"""The cells of one row by their columns, and what is wrong with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import ClassVar, Final, TypeVar

from voicebot.campaigns.sheets.columns import Layout
from voicebot.campaigns.sheets.problems import Code, RowProblem, shape
from voicebot.campaigns.sheets.records import Record

T = TypeVar("T")

LONGEST: Final = 200
"""Characters of a cell that is words."""
_NOTHING: Final = frozenset(["null", "n/a", "#n/a", "#n/d", "s/d"])
_AS_TEXT: Final = re.compile(r'="([^"]*)"')
_FORMULA: Final = re.compile(r"[=@]|#(?:REF|VALUE|NAME|DIV/0|NUM|¡|¿)")
_NOT_TEXT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_READ_TWICE: Final = re.compile(r"Ã[\x80-\xbf¡-ÿƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ‚€]|Â[¡-¿]|â€")
_WRITTEN_AS_TEXT: Final = re.compile(r"'(?=[=+\-@0-9])")


class Cells:
    """What a row says, column by column; what cannot be read is noted once."""

    longest: ClassVar[Mapping[str, int]] = {}
    """Characters of columns that differ from ``LONGEST``."""

    def __init__(self, record: Record, layout: Layout) -> None:
        self._record = record
        self._layout = layout
        self.problems: list[RowProblem] = []

    @property
    def rejected(self) -> bool:
        """Whether something is so wrong that the row cannot be loaded."""
        return any(not problem.note for problem in self.problems)

    def read(self, column: str, code: Code, read: Callable[[str], T]) -> T | None:
        """What stands in a column; ``None`` where nothing does, or nothing that can be read."""
        text = self._cell(column)
        if not text or nothing(text):
            return None
        try:
            return read(text)
        except ValueError as fault:
            self._add(self._layout.name(column), code, str(fault), text)
            return None

    def needed(self, column: str, code: Code, read: Callable[[str], T], default: T | None = None) -> T | None:
        """The same where there must be something; ``None`` is noted."""
        before = len(self.problems)
        value = self.read(column, code, read) or default
        if not value and len(self.problems) == before:
            self._add(self._layout.name(column), Code.MISSING, "is empty: every row needs it", "")
        return value

    def text(self, column: str) -> str:
        """Words, as people wrote them."""
        return self._words(self._cell(column), self._layout.name(column), self.longest.get(column, LONGEST))

    def needed_text(self, column: str, default: str = "") -> str:
        """The same where there must be some; none are noted."""
        before = len(self.problems)
        words = self.text(column) or default
        if not words and len(self.problems) == before:
            self._add(self._layout.name(column), Code.MISSING, "is empty: every row needs it", "")
        return words

    def problem(self, column: str, code: Code, sentence: str) -> None:
        """Note what rejects the row; the sentence goes on behind the column's name."""
        self._add(self._layout.name(column), code, sentence, self._cell(column))

    def note(self, column: str, code: Code, sentence: str) -> None:
        """Note what is worth knowing of a row that is loaded all the same."""
        self._add(self._layout.name(column), code, sentence, self._cell(column), note=True)

    def _cell(self, column: str) -> str:
        place = self._layout.places.get(column)
        return "" if place is None else clean(self._record.cells[place])

    def _words(self, words: str, name: str, longest: int) -> str:
        if words.isascii() and words.isalnum() and len(words) <= longest:
            return words
        if fault := _wording_fault(words, longest):
            self._add(name, Code.BAD_TEXT, fault, words)
        return words

    def _add(self, name: str, code: Code, sentence: str, text: str, *, note: bool = False) -> None:
        told = f"{name} {sentence}"
        self.problems.append(RowProblem(self._record.line, name, code, told, shape(text), note))


def nothing(text: str) -> bool:
    """Whether a cell says that it is empty."""
    return text.lower() in _NOTHING


def clean(cell: str) -> str:
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
