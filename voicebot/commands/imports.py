"""Files of contacts and of payments, as operators load them by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from voicebot.campaigns.sheets.file_report import ImportState
from voicebot.campaigns.sheets.import_report import ImportReport
from voicebot.campaigns.sheets.payment_report import PaymentReport
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.inbox import sheet
from voicebot.inbox.importing import import_file
from voicebot.inbox.payments import import_payments
from voicebot.records import open_records
from voicebot.settings import Settings

SOME_LEFT_OUT = 3
HELD = 4
"""Exit codes."""


async def import_and_tell(settings: Settings, path: Path, *, campaign: str, full: bool, as_json: bool) -> int:
    """Load a file of contacts, show how far it is, print what came of it; the exit code.

    Raises:
        CampaignError: it could not be tried.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        with _bar(Console(stderr=True)) as progress:
            report = await import_file(settings, store, path, campaign=campaign, full=full, progress=progress)
    return _tell(report, report.totals.rejected + report.totals.call_live, as_json=as_json)


async def import_payments_and_tell(
    settings: Settings, path: Path, csv: CsvSettings, currency: str, *, as_json: bool
) -> int:
    """Book a file of payments, show how far it is, print what came of it; the exit code.

    Raises:
        CampaignError: another import of payments is at work.
        PaymentError: it could not be tried, or not to the end.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        with _bar(Console(stderr=True)) as progress:
            report = await import_payments(settings, store, path, csv, currency, progress)
    return _tell(report, report.totals.rejected, as_json=as_json)


def _tell(report: ImportReport | PaymentReport, left_out: int, *, as_json: bool) -> int:
    print(json.dumps(report.as_json(), ensure_ascii=False) if as_json else "\n".join(report.lines()))
    if report.state is ImportState.HELD:
        return HELD
    return SOME_LEFT_OUT if left_out and report.state is ImportState.IMPORTED else 0


@contextmanager
def _bar(console: Console) -> Iterator[sheet.Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("opening", total=None)

        def show(doing: str, done: int, whole: int) -> None:
            bar.update(task, description=doing, completed=done, total=whole)

        yield show
