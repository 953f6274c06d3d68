"""A file of contacts read from end to end, and nothing loaded yet."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from voicebot.campaigns.sheets.columns import Layout, layout_of
from voicebot.campaigns.sheets.contacts import ContactReader, RowDefaults, RowRules
from voicebot.campaigns.sheets.encoding import Encoding, EncodingProbe, refuse_others
from voicebot.campaigns.sheets.import_report import Dialect, ImportReport
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv, shape
from voicebot.campaigns.sheets.records import LONGEST_LINE, Head, Record, open_records
from voicebot.campaigns.sheets.settings import CsvSettings, ImportSettings
from voicebot.inbox.rejected import RejectedRows
from voicebot.inbox.spool import Spool

CHUNK: Final = 1 << 20
_TELL_EVERY: Final = 500

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is, and how much there is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be read."""

    csv: CsvSettings
    limits: ImportSettings
    defaults: RowDefaults
    rules: RowRules


@contextmanager
def opened(path: Path, limits: ImportSettings) -> Iterator[io.FileIO]:
    """The file, if it is one and not too large; nothing of it is read yet.

    Raises:
        UnreadableCsv: it is a folder, a link or a device, may not be read, or is too large.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _not_opened(error) from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise UnreadableCsv(Code.NOT_A_FILE, "it is no file: drop the CSV itself")
    with io.FileIO(descriptor, "rb") as file:
        if found.st_size > limits.most_megabytes << 20:
            raise UnreadableCsv(
                Code.TOO_LARGE,
                f"it has {found.st_size >> 20:,} MB and imports.most_megabytes is {limits.most_megabytes:,}: "
                "split it, or raise the limit",
            )
        if not found.st_size:
            raise UnreadableCsv(Code.EMPTY, "the file is empty")
        yield file


def _not_opened(error: OSError) -> UnreadableCsv:
    match error.errno:
        case errno.ELOOP:
            return UnreadableCsv(Code.NOT_A_FILE, "it is a link: drop the file itself")
        case errno.EACCES | errno.EPERM:
            return UnreadableCsv(Code.NOT_READABLE, "voicebot may not read it: let its user read the file")
        case _:
            return UnreadableCsv(Code.NOT_READABLE, f"it cannot be opened: {error.strerror}")


class SheetReader:
    """Reads one file: good rows into a spool, the others into ``*.rejected.csv``, and what is told into a
    report."""

    def __init__(
        self, wanted: Wanted, spool: Spool, rejected: RejectedRows, report: ImportReport, progress: Progress
    ) -> None:
        self._wanted = wanted
        self._spool = spool
        self._rejected = rejected
        self._report = report
        self._progress = progress
        self._seen = (0, 0)
        self.unnamed = 0
        """Line of a row that names no account, so that nobody can tell which are lacking; 0 for none."""

    def probe(self, path: Path) -> Encoding:
        """Look at every byte: the SHA-256 goes into the report.

        Raises:
            UnreadableCsv: it is no text with cells.
        """
        with opened(path, self._wanted.limits) as file:
            size, done = os.fstat(file.fileno()).st_size, 0
            digest, probe = hashlib.sha256(), EncodingProbe(self._wanted.csv.encoding)
            while chunk := file.read(CHUNK):
                if not done:
                    refuse_others(chunk)
                digest.update(chunk)
                probe.see(chunk)
                done += len(chunk)
                self._progress("checking", done, size)
            self._seen = _fingerprint(file)
        self._report.sha256 = digest.hexdigest()
        return probe.encoding()

    def read(self, path: Path, encoding: Encoding) -> None:
        """Read every row of a file that was looked at.

        Raises:
            UnreadableCsv: nothing of the file can be loaded.
            OSError: the disk is full, or may not be written.
        """
        with (
            opened(path, self._wanted.limits) as file,
            io.TextIOWrapper(io.BufferedReader(file, CHUNK), encoding.name, newline="") as text,
        ):
            try:
                self._read_text(text, encoding, file)
            except UnicodeError:
                whose = "the campaign's file declares" if encoding.told == "declared" else "it seems to be in"
                told = f"{whose} {encoding.name}, and not all of it can be read so: save it as CSV UTF-8"
                raise UnreadableCsv(Code.BAD_ENCODING, told) from None
            if _fingerprint(file) != self._seen:
                told = "it changed while it was read: drop it when it is whole"
                raise UnreadableCsv(Code.NOT_READABLE, told)

    def _read_text(self, text: io.TextIOWrapper, encoding: Encoding, file: io.FileIO) -> None:
        csv = self._wanted.csv
        head = open_records(iter(partial(text.readline, LONGEST_LINE + 1), ""), csv.delimiter)
        layout = layout_of(head.header, csv.columns, self._wanted.defaults.given())
        self._report.dialect = _dialect(encoding, head, csv, layout)
        self._rejected.begin(layout.header, head.delimiter)
        reader = ContactReader(layout, csv, self._wanted.rules, self._wanted.defaults)
        size = os.fstat(file.fileno()).st_size
        for record in head.rows:
            self._take(record, reader)
            if self._report.totals.rows % _TELL_EVERY == 0:
                self._progress("reading", file.tell(), size)
        self._progress("reading", size, size)
        self._refuse_whole(reader)

    def _take(self, record: Record, reader: ContactReader) -> None:
        totals = self._report.totals
        totals.rows += 1
        if totals.rows > self._wanted.limits.most_rows:
            told = f"it has more rows than imports.most_rows ({self._wanted.limits.most_rows:,}): split it"
            raise UnreadableCsv(Code.TOO_MANY_ROWS, told, record.line)
        contact, problems = reader.read(record)
        if contact and (line := self._spool.add(record.line, contact, record.cells)):
            problems.append(_twice(record, line, contact.account_ref))
            contact = None
        if contact is None:
            self._reject(record, problems, reader.account_ref(record))
        self._report.problems.add(problems)

    def _reject(self, record: Record, problems: list[RowProblem], account_ref: str) -> None:
        self._report.totals.rejected += 1
        self._rejected.add(record.line, record.cells, problems)
        if account_ref:
            self._spool.mention(record.line, account_ref)
        else:
            self.unnamed = self.unnamed or record.line

    def _refuse_whole(self, reader: ContactReader) -> None:
        totals = self._report.totals
        if not totals.rows:
            raise UnreadableCsv(Code.EMPTY, "there are no rows below the header")
        if reader.points["."] and reader.points[","] and not self._wanted.csv.decimal:
            raise UnreadableCsv(
                Code.MIXED_DECIMALS,
                f"{reader.points['.']:,} amounts have a decimal point and {reader.points[',']:,} a comma, so "
                "none can be trusted: export it with one of them, and declare it as csv.decimal",
            )
        if totals.rejected > totals.rows * self._wanted.csv.max_bad_share:
            raise UnreadableCsv(
                Code.TOO_MANY_BAD,
                f"{totals.rejected:,} of {totals.rows:,} rows are bad, more than csv.max_bad_share allows "
                f"({self._wanted.csv.max_bad_share:.0%}): mend them, or let more through",
            )


def _fingerprint(file: io.FileIO) -> tuple[int, int]:
    """Another one, and the file was written meanwhile."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _twice(record: Record, line: int, account_ref: str) -> RowProblem:
    told = f"line {line} has this account already: keep one of the two"
    return RowProblem(record.line, "", Code.DUPLICATE, told, shape(account_ref))


def _dialect(encoding: Encoding, head: Head, csv: CsvSettings, layout: Layout) -> Dialect:
    return Dialect(
        encoding=encoding.name,
        encoding_told=encoding.told,
        delimiter=head.delimiter,
        delimiter_told="declared" if csv.delimiter else "detected",
        decimal=csv.decimal,
        date_format=csv.date_format,
        columns=layout.told(),
    )
