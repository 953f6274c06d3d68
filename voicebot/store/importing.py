"""Contacts of files, as rows: written in short transactions, so that calls never wait for long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select, update

from voicebot.campaigns.sheets.import_report import ImportTotals
from voicebot.store.campaign_tables import campaigns, contacts, imports
from voicebot.store.closing import ABSENT, OPEN, call_no_more
from voicebot.store.database import Database
from voicebot.store.dialects import insert_into
from voicebot.store.import_batch import Batch
from voicebot.store.import_job import ImportJob, Loadable, Loaded, Unwanted
from voicebot.store.import_people import ImportedPeople

PAGE: Final = 1000
"""Accounts that are in memory at once."""


@dataclass(frozen=True, slots=True)
class LoadedBefore:
    """How far a job had come."""

    whole: bool
    """Whether nothing is left to do."""
    at: datetime
    line: int
    """Of the last row that was loaded."""
    totals: Mapping[str, Any]


class SqlImports:
    """Loads files into campaigns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begun(self, job: ImportJob) -> LoadedBefore | None:
        """How far the same file had come, where it was begun before.

        Raises:
            StoreError: the database failed.
        """
        async with self._database.reading("the imports") as sql:
            known = (await sql.execute(select(imports).where(_of(job)))).mappings().first()
        if known is None:
            return None
        whole = known["state"] == "loaded"
        return LoadedBefore(whole, known["imported_at"], known["rows_loaded"], known["totals"])

    async def begin(self, job: ImportJob) -> None:
        """Write that a file is being loaded, and its campaign, paused, where there is none.

        Raises:
            StoreError: the database failed.
        """
        now = datetime.now(UTC)
        campaign = {"name": job.campaign, "state": "paused", "settings": dict(job.settings)}
        row = {"sha256": job.digest, "campaign": job.campaign, "file_name": job.file_name, "whole": job.full}
        async with self._database.writing("the import") as sql:
            put = insert_into(sql, campaigns).values(**campaign, created_at=now, changed_at=now)
            await sql.execute(put.on_conflict_do_nothing())
            begun = insert_into(sql, imports).values(
                **row, state="loading", totals=asdict(ImportTotals()), imported_at=now
            )
            await sql.execute(begun.on_conflict_do_nothing())

    async def load(
        self, job: ImportJob, rows: Sequence[Loadable], totals: ImportTotals, *, again: bool = False
    ) -> Loaded:
        """Write rows, all or none, and how far the file has come.

        Args:
            job: whose rows they are.
            rows: in the order of the file.
            totals: of the rows before; these are added.
            again: they may have been loaded before: what is unchanged was counted then.

        Raises:
            StoreError: they could not be written.
        """
        conflict = "another process wrote one of these accounts at this moment: import the file again"
        async with self._database.writing("contacts of the file", conflict) as sql:
            loaded = await Batch(sql, job, rows, datetime.now(UTC)).load()
            if again:
                loaded.totals.unchanged = 0
            after = replace(totals)
            after.add(loaded.totals)
            place = {"totals": asdict(after)} | ({} if again else {"rows_loaded": rows[-1].line})
            await sql.execute(update(imports).where(_of(job)).values(place))
        totals.add(loaded.totals)
        return loaded

    async def heed(self, job: ImportJob, unwanted: Sequence[Unwanted]) -> None:
        """Suppress whom rows name that are not loaded themselves.

        Raises:
            StoreError: it could not be written.
        """
        async with self._database.writing("who wants no calls") as sql:
            await ImportedPeople(sql, job.file_name, datetime.now(UTC)).suppress(unwanted)

    async def finish(self, job: ImportJob, totals: ImportTotals) -> None:
        """Note that all of it is loaded.

        Raises:
            StoreError: it could not be written.
        """
        row = {"totals": asdict(totals), "state": "loaded", "imported_at": datetime.now(UTC)}
        async with self._database.writing("the end of the import") as sql:
            await sql.execute(update(imports).where(_of(job)).values(row))

    async def open_accounts(self, campaign: str) -> AsyncIterator[list[str]]:
        """The accounts of a campaign that may still be called, so many at a time.

        Raises:
            StoreError: the database failed.
        """
        last = ""
        while True:
            page = (
                select(contacts.c.account_id)
                .where(contacts.c.campaign == campaign, contacts.c.account_id > last, OPEN)
                .order_by(contacts.c.account_id)
                .limit(PAGE)
            )
            async with self._database.reading("the contacts") as sql:
                found = list((await sql.execute(page)).scalars())
            if not found:
                return
            yield found
            last = found[-1]

    async def close(self, campaign: str, accounts_lacking: Sequence[str]) -> int:
        """Call accounts no more that a full file lacks; how many it were.

        Raises:
            StoreError: it could not be written.
        """
        these = and_(contacts.c.campaign == campaign, contacts.c.account_id.in_(accounts_lacking))
        async with self._database.writing("the contacts that the file lacks") as sql:
            gone = await sql.execute(call_no_more(these, ABSENT, datetime.now(UTC)))
        return gone.rowcount


def _of(job: ImportJob) -> ColumnElement[bool]:
    return and_(imports.c.sha256 == job.digest, imports.c.campaign == job.campaign)
