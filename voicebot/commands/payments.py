"""Payments that came in as a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from rich.progress import Progress, TaskID

from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.sheets.encoding import HEAD, Encoding, EncodingProbe, refuse_others
from voicebot.campaigns.sheets.payments import read_payments
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.errors import PaymentError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.booking import Booked
from voicebot.store.sql import SqlStore

AT_ONCE: Final = 500
"""Payments that are booked in one transaction."""
LARGEST: Final = 1_000_000_000
"""Bytes of a file."""
TOLD: Final = 50
"""Problems that are printed; with ``--json`` all are."""
_CHUNK: Final = 1 << 20
_REFUSED: Final = {
    Booked.CONFLICT: "its reference was booked before, for something else: give every payment its own",
    Booked.NO_ACCOUNT: "there is no such account: import its contacts first, or mend the reference",
    Booked.OTHER_CURRENCY: "the account is in another currency",
}


@dataclass(slots=True)
class Imported:
    """What became of a file of payments."""

    file: str
    counts: Counter[Booked] = field(default_factory=Counter)
    problems: list[RowProblem] = field(default_factory=list)
    rejected: int = 0
    """Rows that were not booked."""

    def as_json(self) -> str:
        """For another program."""
        told = {
            "file": self.file,
            "booked": self.counts[Booked.NEW],
            "known": self.counts[Booked.KNOWN],
            "rejected": self.rejected,
            "problems": [asdict(problem) for problem in self.problems],
        }
        return json.dumps(told, indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        booked, known = self.counts[Booked.NEW], self.counts[Booked.KNOWN]
        lines = [f"{self.file}: {booked} booked, {known} known already, {self.rejected} not booked"]
        lines += [
            f"{self.file}:{problem.line}: {problem.code}: {problem.sentence}"
            for problem in self.problems[:TOLD]
        ]
        if (more := len(self.problems) - TOLD) > 0:
            lines.append(f"and {more} more: --json tells them all")
        return "\n".join(lines)


async def import_payments(
    settings: Settings, file: Path, csv: CsvSettings, currency: str, progress: Progress
) -> Imported:
    """Book every payment of a file that is not on record yet, and settle promises by them.

    Good rows are booked, others are told: mended, the same file may be imported again.

    Raises:
        PaymentError: nothing of the file can be read.
        StoreError: the database failed; what was booked by then stays booked.
    """
    imported = Imported(file.name)
    try:
        async with open_records(settings) as store:
            task = progress.add_task(f"{file.name}", total=_size(file))
            with file.open(encoding=_encoding(file, csv).name, newline="") as text:
                rows = read_payments(_counted(text, progress, task), csv, currency)
                while some := list(islice(rows, AT_ONCE)):
                    await _book(store, some, imported)
    except (OSError, UnicodeError) as fault:
        raise PaymentError(f"{file} cannot be read: {fault}") from fault
    except UnreadableCsv as fault:
        raise PaymentError(f"{file}:{fault.line}: {fault.code}: {fault.sentence}") from fault
    return imported


async def _book(
    store: SqlStore, some: list[tuple[int, Payment] | list[RowProblem]], imported: Imported
) -> None:
    good = [row for row in some if isinstance(row, tuple)]
    for problems in (row for row in some if isinstance(row, list)):
        imported.problems += problems
        imported.rejected += 1
    booked = await store.ledger.book([payment for _, payment in good], imported.file, datetime.now(UTC))
    for (line, _), outcome in zip(good, booked, strict=True):
        imported.counts[outcome] += 1
        if outcome in _REFUSED:
            imported.rejected += 1
            imported.problems.append(RowProblem(line, "", _CODES[outcome], _REFUSED[outcome]))


_CODES: Final = {
    Booked.CONFLICT: Code.DUPLICATE,
    Booked.NO_ACCOUNT: Code.NO_ACCOUNT,
    Booked.OTHER_CURRENCY: Code.BAD_CURRENCY,
}


def _size(file: Path) -> int:
    size = file.stat().st_size
    if size > LARGEST:
        raise UnreadableCsv(Code.TOO_LARGE, f"the file has more than {LARGEST:,} bytes: split it")
    return size


def _encoding(file: Path, csv: CsvSettings) -> Encoding:
    probe = EncodingProbe(csv.encoding)
    with file.open("rb") as source:
        refuse_others(source.read(HEAD))
        source.seek(0)
        while chunk := source.read(_CHUNK):
            probe.see(chunk)
    return probe.encoding()


def _counted(text: Iterator[str], progress: Progress, task: TaskID) -> Iterator[str]:
    for line in text:
        progress.advance(task, len(line))
        yield line
