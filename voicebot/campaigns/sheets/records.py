"""The rows of a text with cells, each with its line, and no more of them in memory than one. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from voicebot.campaigns.sheets.problems import Code, UnreadableCsv

DELIMITERS: Final = (";", ",", "\t", "|")
LONGEST_LINE: Final = 100_000
"""Characters; the text must come in lines that are no longer by more than one."""
MOST_LINES: Final = 20
"""Of one row: a cell may have line breaks, such as an address; more are a quote that nobody closed."""
_LOOKED_AT: Final = 10
_SEP: Final = re.compile(r"^\ufeff?\"?sep=(?P<sign>.)\"?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a row."""

    line: int
    cells: list[str]
    lines: int = 1
    """How many it takes."""
    broken: bool = False
    """Whether its quotes make no sense: then the one cell is the line as it stands there."""

    def fault(self, width: int) -> str:
        """Why it is no row of a file with so many columns; empty when it is one."""
        if self.broken:
            return "the row has quotation marks that make no sense: write one that is part of a text twice"
        found = len(self.cells)
        if found < width or any(cell.strip() for cell in self.cells[width:]):
            return (
                f"the row has {found} cells and the header {width}: a delimiter is missing, or is one too "
                "many, or stands inside a text without quotation marks"
            )
        return ""


Known = Callable[[Sequence[str]], int]
"""How many of these are names of columns: tells headers from rows, and delimiters apart."""


class _Lines:
    """Lines as they are asked for, counted; those of the present row are kept."""

    def __init__(self, lines: Iterable[str], already: int = 0) -> None:
        self._lines = iter(lines)
        self.number = already
        self.of_row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.of_row.append(line)
        if len(line) > LONGEST_LINE:
            raise UnreadableCsv(
                Code.NOT_A_CSV,
                f"the line is longer than {LONGEST_LINE:,} characters: no list has such lines",
                self.number,
            )
        if len(self.of_row) > MOST_LINES:
            raise unclosed(self.number - len(self.of_row) + 1)
        return line


def unclosed(line: int) -> UnreadableCsv:
    """What is told of a quote that swallows the rows after it."""
    return UnreadableCsv(
        Code.UNBALANCED_QUOTES,
        "a quotation mark is opened here and not closed in the same row, so the rows after it cannot be told "
        "apart: close it, or write it twice where it is part of the text",
        line,
    )


def records(lines: Iterable[str], delimiter: str, *, already: int = 0) -> Iterator[Record]:
    """Every row, blank ones left out.

    Args:
        lines: with their ends.
        delimiter: what stands between two cells.
        already: how many lines came before.

    Raises:
        UnreadableCsv: rows cannot be told apart.
    """
    counted = _Lines(lines, already)
    reader = csv.reader(counted, delimiter=delimiter, strict=True)
    while True:
        counted.of_row.clear()
        begun = counted.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if len(counted.of_row) > 1:
                raise unclosed(begun) from None
            yield Record(begun, ["".join(counted.of_row).rstrip("\r\n")], broken=True)
            continue
        lines_taken = counted.number - begun + 1
        if lines_taken > 1:
            _refuse_swallowed(cells, delimiter, begun)
        if any(cell and not cell.isspace() for cell in cells):
            yield Record(begun, cells, lines_taken)


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a text, and the way to the rows below it."""

    header: list[str]
    delimiter: str
    rows: Iterator[Record]


def open_records(lines: Iterable[str], known: Known, delimiter: str = "") -> Head:
    """The header, by the delimiter that was declared or that makes most sense of it.

    Args:
        lines: with their ends.
        known: knows the columns of such a file.
        delimiter: what stands between two cells; empty to find it.

    Raises:
        UnreadableCsv: there is nothing, or no header.
    """
    source = iter(lines)
    first = list(islice(source, _LOOKED_AT))
    skipped = 0
    if first and (sep := _SEP.match(first[0])):
        delimiter = delimiter or sep["sign"]
        skipped = 1
    while skipped < len(first) and not first[skipped].strip("\ufeff \t\r\n"):
        skipped += 1
    if skipped == len(first):
        raise UnreadableCsv(Code.EMPTY, "the file is empty")
    sign = delimiter or _delimiter_of(first[skipped], known)
    rows = records(chain(first[skipped:], source), sign, already=skipped)
    header = _header(next(rows, Record(1, [])), first[skipped:], sign, skipped, known)
    return Head(header, sign, rows)


def _delimiter_of(line: str, known: Known) -> str:
    def sense(sign: str) -> tuple[int, int]:
        cells = _cells(line, sign)
        return known(cells), len(cells)

    return max(DELIMITERS, key=sense)


def _header(found: Record, first: Sequence[str], sign: str, skipped: int, known: Known) -> list[str]:
    if not found.broken and known(found.cells) >= 2:
        return [cell.strip("\ufeff \t\u00a0\r\n") for cell in found.cells]
    below = (
        number for number, line in enumerate(first, skipped + 1) if _looks_like_header(line, sign, known)
    )
    line = next(below, 0)
    told = f": line {line} looks like it, so delete the lines above it" if line else ""
    raise UnreadableCsv(
        Code.NO_HEADER,
        "the first line names no columns such as account_ref" + (told or ": put a header above the rows"),
        found.line,
    )


def _looks_like_header(line: str, sign: str, known: Known) -> bool:
    return max(known(_cells(line, each)) for each in {sign, *DELIMITERS}) >= 3


def _cells(line: str, sign: str) -> list[str]:
    return next(csv.reader([line], delimiter=sign), [])


def _refuse_swallowed(cells: Sequence[str], delimiter: str, line: int) -> None:
    """A cell with line breaks may be an address; one with whole rows in it is a quote gone wrong."""
    for cell in cells:
        if any(part.count(delimiter) >= max(2, len(cells) // 2) for part in cell.splitlines()):
            raise unclosed(line)
