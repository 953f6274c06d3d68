"""In which encoding a file is, found in one reading of its bytes. Pure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final, Literal

from voicebot.campaigns.sheets.problems import Code, UnreadableCsv

Told = Literal["declared", "mark", "detected"]
"""Who says so: the campaign, a byte order mark, or the bytes themselves."""

_SAVE = "save it as CSV UTF-8"
_MAGIC: Final = (
    (b"PK\x03\x04", f"is a spreadsheet (xlsx, ods) or a zip: open it and {_SAVE}"),
    (b"\xd0\xcf\x11\xe0", f"is an old spreadsheet (xls): open it and {_SAVE}"),
    (b"%PDF", "is a PDF: export the list as CSV"),
    (b"\x1f\x8b", "is packed with gzip: unpack it first"),
    (b"7z\xbc\xaf", "is packed with 7-Zip: unpack it first"),
    (b"Rar!", "is packed with RAR: unpack it first"),
    (b"SQLite format 3", "is a database: export the table as CSV"),
    (b"{\\rtf", f"is a text document (RTF): open the list in a spreadsheet and {_SAVE}"),
)
_PAGE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table)", re.IGNORECASE)
_JSON: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\"{\]}]")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONLY_CP1252: Final = re.compile(rb"[\x80-\x9f]")
_NO_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF8_IN_OTHERS: Final = re.compile(rb"\xc3[\x80-\xbf]")
HEAD: Final = 4096
"""Bytes that must be known before the others."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """By which a file is read."""

    name: str
    """As Python knows it."""
    told: Told


def refuse_others(head: bytes) -> None:
    """See that a file is text with cells, by its first bytes, whatever its name says.

    Raises:
        UnreadableCsv: it is something else, and what to do.
    """
    for magic, sentence in _MAGIC:
        if head.startswith(magic):
            raise UnreadableCsv(Code.NOT_A_CSV, f"the file {sentence}")
    if _PAGE.match(head):
        raise UnreadableCsv(Code.NOT_A_CSV, "the file is a web page: export the list as CSV")
    if _JSON.match(head):
        raise UnreadableCsv(Code.NOT_A_CSV, "the file is JSON: export the list as CSV")


class EncodingProbe:
    """Sees all bytes of a file in turn, and then tells how to read them."""

    def __init__(self, declared: str = "") -> None:
        """``declared`` is what the campaign says; empty where it does not."""
        self._declared = declared
        self._head = b""
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._only_cp1252 = self._no_cp1252 = self._utf8_inside = False
        self._lines = 0
        self._nul_line = 0

    def see(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._head = self._head or chunk[:HEAD]
        if not self._nul_line and (nul := chunk.find(b"\0")) >= 0:
            self._nul_line = self._lines + chunk.count(b"\n", 0, nul) + 1
        self._lines += chunk.count(b"\n")
        if self._is_utf8:
            self._try_utf8(chunk)
        if not chunk.isascii():
            self._only_cp1252 |= bool(_ONLY_CP1252.search(chunk))
            self._no_cp1252 |= bool(_NO_CP1252.search(chunk))
            self._utf8_inside |= bool(_UTF8_IN_OTHERS.search(chunk))

    def encoding(self) -> Encoding:
        """How to read what was seen, all of it.

        Raises:
            UnreadableCsv: there is no way, or more than one.
        """
        mark = next((name for mark, name in _MARKS if self._head.startswith(mark)), "")
        if mark:
            found = Encoding(mark, "mark")
        elif self._declared:
            found = Encoding(self._declared, "declared")
        else:
            found = Encoding(self._detected(), "detected")
        self._refuse_misread(found)
        return found

    def _try_utf8(self, chunk: bytes) -> None:
        try:
            self._utf8.decode(chunk)
        except UnicodeDecodeError:
            self._is_utf8 = False

    def _detected(self) -> str:
        sample = self._head[: len(self._head) // 2 * 2]
        for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if zeros and zeros.count(0) > len(zeros) * 0.6:
                return name
        if self._whole_utf8():
            return "utf-8"
        if self._utf8_inside:
            raise UnreadableCsv(
                Code.BAD_ENCODING,
                "some lines are in UTF-8 and others in Latin-1, so letters like ñ would be lost: "
                f"export it once more and {_SAVE}",
            )
        if self._no_cp1252:
            raise UnreadableCsv(
                Code.BAD_ENCODING,
                f"its encoding is not known: {_SAVE}, or declare csv.encoding in the campaign's file",
            )
        return "cp1252" if self._only_cp1252 else "latin-1"

    def _refuse_misread(self, found: Encoding) -> None:
        wide = found.name.startswith(("utf-16", "utf-32"))
        if self._nul_line and not wide:
            raise UnreadableCsv(
                Code.BAD_ENCODING,
                "there are NUL bytes in it: the file is damaged; export it once more",
                self._nul_line,
            )
        if found.name.startswith("utf-8") and not self._whole_utf8():
            whose = "the campaign's file declares" if found.told == "declared" else "its first bytes tell"
            raise UnreadableCsv(Code.BAD_ENCODING, f"{whose} UTF-8, and it is not in UTF-8: {_SAVE}")

    def _whole_utf8(self) -> bool:
        """Whether all was UTF-8 to the last byte."""
        return self._is_utf8 and not self._utf8.getstate()[0]
