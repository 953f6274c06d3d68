"""A file of contacts loaded into its campaign: first all of it is checked, then its good rows are written."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Final

from voicebot.campaigns.campaign import CampaignSettings, as_json
from voicebot.campaigns.files import read_campaign_file
from voicebot.campaigns.sheets.contacts import RowDefaults
from voicebot.campaigns.sheets.file_report import ImportState
from voicebot.campaigns.sheets.import_report import ImportReport, ImportTotals
from voicebot.campaigns.sheets.phones import RowPhone
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv
from voicebot.campaigns.sheets.row_rules import RulesOfRows
from voicebot.dialogue.reading.loader import read_rulebook
from voicebot.errors import CampaignError
from voicebot.inbox.alone import alone
from voicebot.inbox.contact_sheet import ContactSheet, Wanted
from voicebot.inbox.placing import INBOX, beside, campaign_of, is_dropped, place_of, write_whole
from voicebot.inbox.rejected import RejectedRows
from voicebot.inbox.sheet import Progress, quiet, refuse_unopened
from voicebot.inbox.spool import Spool, Spooled
from voicebot.number_key import number_key
from voicebot.settings import Settings
from voicebot.store.import_job import ImportJob, Loadable, Loaded, Unwanted
from voicebot.store.importing import LoadedBefore, SqlImports
from voicebot.store.sql import SqlStore

_HELD: Final = "a person looks at this contact first: it stays so, see voicebot campaign held"
_ON_DNC: Final = "every telephone of this row is suppressed: it is kept, and not called"
_LIVE: Final = "a call about this account was on, so the row is not loaded: drop it again"


async def import_file(
    settings: Settings,
    store: SqlStore,
    path: Path,
    *,
    campaign: str = "",
    full: bool = False,
    progress: Progress = quiet,
) -> ImportReport:
    """Load a file, and write beside it what came of it; one from the inbox is moved to ``done`` or ``held``.

    Args:
        settings: where campaigns, rules and the database are, and how large a file may be.
        store: open.
        path: the CSV.
        campaign: whose contacts they are; empty for what the file's name says.
        full: whether the file is all there is, so that contacts it lacks are closed; or its name says so.
        progress: told how far it is.

    Raises:
        CampaignError: another import is at work, a file that was not dropped cannot be opened, or the disk
            is full; the file stays where it is, and importing it again goes on where this one came to.
        StoreError: the database failed; likewise.
    """
    try:
        if not is_dropped(path, settings.campaigns_dir / INBOX):
            await asyncio.to_thread(refuse_unopened, path)
        with alone(settings.var_dir, "import"), closing(Spool(settings.var_dir)) as spool:
            return await _Import(settings, store, path, spool, progress).run(campaign, full=full)
    except UnreadableCsv as fault:
        raise CampaignError(f"{path} cannot be imported: {fault.sentence}") from None
    except OSError as error:
        raise CampaignError(
            f"{path} could not be imported: {error.filename or 'the disk'}: {error.strerror or error}; mend "
            "that and import it again"
        ) from error


class _Import:
    def __init__(
        self, settings: Settings, store: SqlStore, path: Path, spool: Spool, progress: Progress
    ) -> None:
        self._settings = settings
        self._imports = SqlImports(store.database)
        self._key = number_key(settings)
        self._path = path
        self._spool = spool
        self._progress = progress
        self._report = ImportReport(path.name, "", full=False)
        # The same name each time, and one import at a time: what a killed one left is gone with the next.
        self._rejected = RejectedRows(path.with_name(f".{path.name}.rejected"))

    async def run(self, campaign: str, *, full: bool) -> ImportReport:
        """All of it."""
        begun = time.monotonic()
        with self._rejected:
            try:
                await self._take(campaign, full=full)
            except UnreadableCsv as fault:
                self._report.hold(fault)
            self._report.seconds = time.monotonic() - begun
            self._report.peak_megabytes = getrusage(RUSAGE_SELF).ru_maxrss >> 10
            await asyncio.to_thread(self._put_away)
        return self._report

    async def _take(self, campaign: str, *, full: bool) -> None:
        self._report.campaign, named_full = campaign_of(self._path.name, campaign)
        self._report.full = full or named_full
        settings = self._campaign_settings()
        reader = self._reader(settings)
        encoding = await asyncio.to_thread(reader.probe)
        job = self._job(settings)
        before = await self._imports.begun(job)
        if before and before.whole:
            self._known(before)
            return
        await asyncio.to_thread(reader.read, encoding)
        if job.full:
            await self._refuse_closing(settings, reader)
        await self._imports.begin(job)
        await self._heed(job)
        await self._load(job, before)
        self._loaded(job)

    def _campaign_settings(self) -> CampaignSettings:
        path = self._settings.campaigns_dir / f"{self._report.campaign}.yaml"
        try:
            return read_campaign_file(path) if path.exists() else CampaignSettings()
        except CampaignError as error:
            raise UnreadableCsv(Code.BAD_CAMPAIGN, f"its campaign cannot be read: {error}") from None

    def _reader(self, settings: CampaignSettings) -> ContactSheet:
        creditor = settings.facts.get("creditor", "")
        defaults = RowDefaults(settings.country, settings.currency, creditor)
        rules = RulesOfRows(read_rulebook(self._settings.flows_dir / "rules"))
        wanted = Wanted(settings.csv, self._settings.imports, defaults, rules)
        return ContactSheet(self._path, wanted, self._spool, self._rejected, self._report, self._progress)

    def _job(self, settings: CampaignSettings) -> ImportJob:
        """Read in another way, the same bytes are another import."""
        read_as = (settings.csv.model_dump_json(), settings.country, settings.currency, dict(settings.facts))
        digest = hashlib.sha256(f"{self._report.sha256} {self._report.full} {read_as}".encode()).hexdigest()
        return ImportJob(digest, self._report.campaign, self._path.name, self._report.full, as_json(settings))

    def _known(self, before: LoadedBefore) -> None:
        self._report.state = ImportState.KNOWN
        self._report.totals = ImportTotals(**before.totals)
        self._report.sentence = (
            f"the same bytes were loaded on {before.at:%Y-%m-%d %H:%M} UTC: nothing is to do"
        )

    async def _refuse_closing(self, settings: CampaignSettings, reader: ContactSheet) -> None:
        if reader.unnamed:
            told = "a row names no account, so nobody can tell which ones a full file lacks: mend it first"
            raise UnreadableCsv(Code.CLOSES_TOO_MANY, told, reader.unnamed)
        known = lacking = 0
        async for page in self._imports.open_accounts(self._report.campaign):
            known += len(page)
            lacking += len(await asyncio.to_thread(self._spool.lacking, page))
        if lacking > known * settings.csv.max_closed_share:
            raise UnreadableCsv(
                Code.CLOSES_TOO_MANY,
                f"it lacks {lacking:,} of the campaign's {known:,} open contacts and would close them, more "
                f"than csv.max_closed_share allows ({settings.csv.max_closed_share:.0%}): is it all of them?",
            )

    async def _load(self, job: ImportJob, before: LoadedBefore | None) -> None:
        totals, rows = self._report.totals, self._report.totals.rows
        if before:
            totals.resume(ImportTotals(**before.totals))
        for page in self._spool.pages():
            loadable = await asyncio.to_thread(self._loadable, page)
            again = before is not None and page[0].line <= before.line
            loaded = await self._imports.load(job, loadable, totals, again=again)
            self._tell(page, loaded)
            self._progress("loading", page[-1].line, rows + 1)
        if job.full:
            await self._close_lacking(job)
        await self._imports.finish(job, totals)
        self._progress("loading", rows + 1, rows + 1)

    def _loadable(self, page: Sequence[Spooled]) -> list[Loadable]:
        return [
            Loadable(
                row.line,
                row.contact,
                row.contact.digest(refused=row.refused),
                self._hashes(row.contact.phones),
                row.refused,
            )
            for row in page
        ]

    def _hashes(self, phones: Sequence[RowPhone]) -> tuple[str, ...]:
        return tuple(self._key.of_e164(phone.e164) for phone in phones)

    async def _heed(self, job: ImportJob) -> None:
        """Before anything is loaded: whoever wants no calls gets none meanwhile."""
        for page in self._spool.opt_outs():
            unwanted = [Unwanted(one.account_ref, one.person_id, self._hashes(one.phones)) for one in page]
            await self._imports.heed(job, unwanted)

    def _tell(self, page: Sequence[Spooled], loaded: Loaded) -> None:
        cells = {row.line: row.cells for row in page}
        for line in loaded.live:
            live = RowProblem(line, "", Code.CALL_LIVE, _LIVE)
            self._rejected.add(line, cells[line], [live])
            self._report.problems.add([live])
        spared = (RowProblem(line, "", Code.ON_DNC, _ON_DNC, note=True) for line in loaded.suppressed)
        self._report.problems.add(spared)
        held = (RowProblem(line, "", Code.HELD, _HELD, note=True) for line in loaded.held)
        self._report.problems.add(held)

    async def _close_lacking(self, job: ImportJob) -> None:
        async for page in self._imports.open_accounts(job.campaign):
            if lacking := await asyncio.to_thread(self._spool.lacking, page):
                self._report.totals.closed += await self._imports.close(job.campaign, lacking)

    def _loaded(self, job: ImportJob) -> None:
        totals, left_out = self._report.totals, self._rejected.count
        told = f"{totals.rows - left_out:,} rows are in campaign {job.campaign}"
        self._report.state = ImportState.IMPORTED
        self._report.sentence = f"{told}, {left_out:,} are not" if left_out else told

    def _put_away(self) -> None:
        """The report is there when the file is moved."""
        inbox = self._settings.campaigns_dir / INBOX
        place = place_of(self._path, inbox, self._report.state, datetime.now(UTC))
        self._report.moved_to = str(place) if place != self._path else ""
        rejected = beside(place, "rejected.csv")
        if self._rejected.keep_as(rejected):
            self._report.sentence += f"; see {rejected}"
        report = beside(place, "report.json")
        if self._report.state is not ImportState.KNOWN or not report.exists():
            write_whole(report, self._report.as_json())
        if place != self._path:
            self._path.rename(place)
