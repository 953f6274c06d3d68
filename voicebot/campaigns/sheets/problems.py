"""What may be wrong with a file of contacts, told so that whoever exported it can mend it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_SHOWN: Final = 40
_DIGIT, _SMALL, _CAPITAL = re.compile(r"\d"), re.compile(r"[^\W\d_A-ZÁÉÍÓÚÑÜ]"), re.compile(r"[A-ZÁÉÍÓÚÑÜ]")


class Code(StrEnum):
    """The kinds of problems."""

    # A row
    MISSING = "MISSING"
    BAD_PHONE = "BAD_PHONE"
    BAD_AMOUNT = "BAD_AMOUNT"
    BAD_CURRENCY = "BAD_CURRENCY"
    BAD_DATE = "BAD_DATE"
    BAD_COUNTRY = "BAD_COUNTRY"
    BAD_REGION = "BAD_REGION"
    BAD_LANGUAGE = "BAD_LANGUAGE"
    BAD_TEXT = "BAD_TEXT"
    BAD_VALUE = "BAD_VALUE"
    BAD_ROW = "BAD_ROW"
    NO_TZ = "NO_TZ"
    NO_CONSENT = "NO_CONSENT"
    NO_RULE_FOR_COUNTRY = "NO_RULE_FOR_COUNTRY"
    DUPLICATE = "DUPLICATE"
    ON_DNC = "ON_DNC"
    CALL_LIVE = "CALL_LIVE"
    HELD = "HELD"
    NO_ACCOUNT = "NO_ACCOUNT"
    # A file
    NOT_A_FILE = "NOT_A_FILE"
    NOT_READABLE = "NOT_READABLE"
    NOT_A_CSV = "NOT_A_CSV"
    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    BAD_NAME = "BAD_NAME"
    BAD_CAMPAIGN = "BAD_CAMPAIGN"
    BAD_ENCODING = "BAD_ENCODING"
    NO_HEADER = "NO_HEADER"
    MISSING_COLUMN = "MISSING_COLUMN"
    DUPLICATE_COLUMN = "DUPLICATE_COLUMN"
    UNBALANCED_QUOTES = "UNBALANCED_QUOTES"
    MIXED_DECIMALS = "MIXED_DECIMALS"
    TOO_MANY_BAD = "TOO_MANY_BAD"
    CLOSES_TOO_MANY = "CLOSES_TOO_MANY"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something wrong in a row, or worth knowing of it."""

    line: int
    """Of the file, the first being 1; where the row begins."""
    column: str
    """As the header writes it; empty where it is the row as a whole."""
    code: Code
    sentence: str
    value: str = ""
    """What stands there, by its shape alone: ``9.99999X+99``."""
    note: bool = False
    """Whether the row is loaded all the same."""


class UnreadableCsv(Exception):  # noqa: N818  # what is told of it, not a mistake of ours
    """Nothing of a file can be loaded."""

    def __init__(self, code: Code, sentence: str, line: int = 0) -> None:
        """``line`` is 0 where it is the file as a whole."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.line = line


def shape(text: str) -> str:
    """What a value looks like, without what it says: figures as 9, letters as x and X."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return _DIGIT.sub("9", _CAPITAL.sub("X", _SMALL.sub("x", shown)))
