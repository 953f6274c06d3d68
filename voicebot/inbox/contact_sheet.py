"""A file of contacts read from end to end, and nothing loaded yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicebot.campaigns.sheets.contact_columns import known_columns, layout_of
from voicebot.campaigns.sheets.contacts import ContactReader, RowDefaults, RowRules
from voicebot.campaigns.sheets.encoding import Encoding
from voicebot.campaigns.sheets.file_report import dialect
from voicebot.campaigns.sheets.import_report import ImportReport
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv, shape
from voicebot.campaigns.sheets.records import Record
from voicebot.campaigns.sheets.settings import CsvSettings, ImportSettings
from voicebot.inbox.rejected import RejectedRows
from voicebot.inbox.sheet import Progress, Sheet
from voicebot.inbox.spool import Spool


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is to be read."""

    csv: CsvSettings
    limits: ImportSettings
    defaults: RowDefaults
    rules: RowRules


class ContactSheet:
    """Reads one file: good rows into a spool, the others into ``*.rejected.csv``, and what is told into a
    report."""

    def __init__(
        self,
        path: Path,
        wanted: Wanted,
        spool: Spool,
        rejected: RejectedRows,
        report: ImportReport,
        progress: Progress,
    ) -> None:
        self._sheet = Sheet(path, wanted.csv, wanted.limits, progress)
        self._wanted = wanted
        self._spool = spool
        self._rejected = rejected
        self._report = report
        self.unnamed = 0
        """Line of a row that names no account, so that nobody can tell which are lacking; 0 for none."""

    def probe(self) -> Encoding:
        """Look at every byte: the SHA-256 goes into the report.

        Raises:
            UnreadableCsv: it is no text with cells.
        """
        encoding = self._sheet.probe()
        self._report.sha256 = self._sheet.sha256
        return encoding

    def read(self, encoding: Encoding) -> None:
        """Read every row of a file that was looked at.

        Raises:
            UnreadableCsv: nothing of the file can be loaded.
            OSError: the disk is full, or may not be written.
        """
        csv = self._wanted.csv
        with self._sheet.read(encoding, known_columns) as head:
            layout = layout_of(head.header, csv.columns, self._wanted.defaults.given())
            self._report.dialect = dialect(encoding, head.delimiter, csv, layout)
            self._rejected.begin(layout.header, head.delimiter)
            reader = ContactReader(layout, csv, self._wanted.rules, self._wanted.defaults)
            for record in head.rows:
                self._take(record, reader)
            self._refuse_whole(reader)

    def _take(self, record: Record, reader: ContactReader) -> None:
        self._report.totals.rows += 1
        contact, problems = reader.read(record)
        if contact and (line := self._spool.add(record.line, contact, record.cells)):
            problems.append(_twice(record, line, contact.account_ref))
            contact = None
        if contact is None:
            self._reject(record, problems, reader.account_ref(record))
            if who := reader.opt_out(record):
                self._spool.opt_out(record.line, who)
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
        reader.amounts.refuse_mixed()
        if totals.rejected > totals.rows * self._wanted.csv.max_bad_share:
            raise UnreadableCsv(
                Code.TOO_MANY_BAD,
                f"{totals.rejected:,} of {totals.rows:,} rows are bad, more than csv.max_bad_share allows "
                f"({self._wanted.csv.max_bad_share:.0%}): mend them, or let more through",
            )


def _twice(record: Record, line: int, account_ref: str) -> RowProblem:
    told = f"line {line} has this account already: keep one of the two"
    return RowProblem(record.line, "", Code.DUPLICATE, told, shape(account_ref))
