"""A file of payments booked: first all of it is checked, then its good rows are booked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.sheets.encoding import Encoding
from voicebot.campaigns.sheets.file_report import ImportState, dialect
from voicebot.campaigns.sheets.payment_report import PaymentReport
from voicebot.campaigns.sheets.payments import (
    PaymentColumn,
    PaymentReader,
    known_payment_columns,
    payment_layout_of,
)
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv
from voicebot.campaigns.sheets.records import Head, Record
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.errors import PaymentError
from voicebot.inbox.alone import alone
from voicebot.inbox.placing import beside, write_whole
from voicebot.inbox.rejected import RejectedRows
from voicebot.inbox.sheet import Progress, Sheet, quiet, refuse_unopened
from voicebot.settings import Settings
from voicebot.store.booking import Booked
from voicebot.store.sql import SqlStore

AT_ONCE: Final = 500
"""Payments that are booked in one transaction."""
_REFUSED: Final = {
    Booked.CONFLICT: (
        PaymentColumn.REFERENCE,
        Code.DUPLICATE,
        "was booked before, for something else: give every payment its own",
    ),
    Booked.NO_ACCOUNT: (
        PaymentColumn.ACCOUNT_REF,
        Code.NO_ACCOUNT,
        "is no account here: import its contacts first, or mend the reference",
    ),
    Booked.OTHER_CURRENCY: (PaymentColumn.CURRENCY, Code.BAD_CURRENCY, "is not that of the account"),
}
_Row = tuple[Record, Payment]


async def import_payments(
    settings: Settings,
    store: SqlStore,
    path: Path,
    csv: CsvSettings,
    currency: str = "",
    progress: Progress = quiet,
) -> PaymentReport:
    """Book every payment of a file that is not on record yet, and write beside it what came of it.

    Args:
        settings: where the lock lies, and how large a file may be.
        store: open.
        path: the CSV.
        csv: what is declared of it.
        currency: of rows that do not say, ISO 4217; empty for none.
        progress: told how far it is.

    Raises:
        CampaignError: another import of payments is at work.
        PaymentError: the file cannot be opened, the disk is full, or the file was changed when some of it
            was booked already; importing it again books the rest.
        StoreError: the database failed; likewise.
    """
    sheet = Sheet(path, csv, settings.imports, progress)
    try:
        await asyncio.to_thread(refuse_unopened, path)
        with alone(settings.var_dir, "payments"):
            return await _Import(store, path, sheet, csv, currency).run()
    except UnreadableCsv as fault:
        raise PaymentError(f"{path} cannot be imported: {fault.sentence}") from None
    except OSError as error:
        raise PaymentError(
            f"{path} could not be imported: {error.filename or 'the disk'}: {error.strerror or error}; mend "
            "that and import it again"
        ) from error


class _Import:
    def __init__(self, store: SqlStore, path: Path, sheet: Sheet, csv: CsvSettings, currency: str) -> None:
        self._ledger = store.ledger
        self._path = path
        self._sheet = sheet
        self._csv = csv
        self._currency = currency
        self._report = PaymentReport(path.name)
        self._rejected = RejectedRows(path.with_name(f".{path.name}.rejected"))
        self._names: dict[str, str] = {}

    async def run(self) -> PaymentReport:
        """All of it."""
        begun = time.monotonic()
        with self._rejected:
            try:
                await self._take()
            except UnreadableCsv as fault:
                self._hold(fault)
            self._report.seconds = time.monotonic() - begun
            await asyncio.to_thread(self._tell)
        return self._report

    async def _take(self) -> None:
        encoding = await asyncio.to_thread(self._sheet.probe)
        await asyncio.to_thread(self._check, encoding)
        with closing(self._good(encoding)) as rows:
            while some := await asyncio.to_thread(lambda: list(islice(rows, AT_ONCE))):
                await self._book(some)
        self._report.state = ImportState.IMPORTED
        self._report.sentence = self._outcome()

    def _check(self, encoding: Encoding) -> None:
        with self._sheet.read(encoding, known_payment_columns, "reading") as head:
            reader = self._reader(head, encoding)
            for record in head.rows:
                self._report.totals.rows += 1
                payment, problems = reader.read(record)
                if payment is None:
                    self._reject(record, problems)
            reader.amounts.refuse_mixed()

    def _reader(self, head: Head, encoding: Encoding) -> PaymentReader:
        layout = payment_layout_of(head.header, self._currency)
        self._report.dialect = dialect(encoding, head.delimiter, self._csv, layout)
        self._rejected.begin(layout.header, head.delimiter)
        self._names = {column: layout.name(column) for column in PaymentColumn}
        return PaymentReader(layout, self._csv, self._currency)

    def _good(self, encoding: Encoding) -> Generator[_Row]:
        with self._sheet.read(encoding, known_payment_columns, "booking") as head:
            reader = PaymentReader(payment_layout_of(head.header, self._currency), self._csv, self._currency)
            for record in head.rows:
                payment, _ = reader.read(record)
                if payment is not None:
                    yield record, payment

    async def _book(self, some: Sequence[_Row]) -> None:
        now = datetime.now(UTC)
        outcomes = await self._ledger.book([payment for _, payment in some], self._path.name, now)
        for (record, _), outcome in zip(some, outcomes, strict=True):
            match outcome:
                case Booked.NEW:
                    self._report.totals.booked += 1
                case Booked.KNOWN:
                    self._report.totals.known += 1
                case _:
                    self._reject(record, [self._refused(record, outcome)])

    def _refused(self, record: Record, outcome: Booked) -> RowProblem:
        column, code, told = _REFUSED[outcome]
        name = self._names[column]
        return RowProblem(record.line, name, code, f"{name} {told}")

    def _reject(self, record: Record, problems: Sequence[RowProblem]) -> None:
        self._report.totals.rejected += 1
        self._rejected.add(record.line, record.cells, problems)
        self._report.problems.add(problems)

    def _hold(self, fault: UnreadableCsv) -> None:
        if booked := self._report.totals.booked:
            told = f"{booked:,} payments are booked already, and importing it again books the rest"
            raise PaymentError(f"{self._path}: {fault.sentence}; {told}")
        self._report.hold(fault)

    def _outcome(self) -> str:
        totals = self._report.totals
        told = f"{totals.booked:,} payments are booked, {totals.known:,} were before"
        return f"{told}, {totals.rejected:,} are not" if totals.rejected else told

    def _tell(self) -> None:
        rejected = beside(self._path, "rejected.csv")
        if self._rejected.keep_as(rejected):
            self._report.sentence += f"; see {rejected}"
        write_whole(beside(self._path, "report.json"), self._report.as_json())
