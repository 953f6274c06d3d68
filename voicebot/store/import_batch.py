"""Contacts of a file, so many in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.retry import ContactState
from voicebot.campaigns.sheets.import_report import ImportTotals
from voicebot.store.campaign_tables import contacts
from voicebot.store.closing import ABSENT
from voicebot.store.import_contacts import ImportedContacts, stays_held
from voicebot.store.import_job import ImportJob, Loadable, Loaded
from voicebot.store.import_people import ImportedPeople
from voicebot.store.tables import calls, suppressions


class Batch:
    """Rows in one transaction."""

    def __init__(self, sql: AsyncConnection, job: ImportJob, rows: Sequence[Loadable], now: datetime) -> None:
        self._sql = sql
        self._job = job
        self._rows = rows
        self._people = ImportedPeople(sql, job.file_name, now)
        self._contacts = ImportedContacts(sql, job.campaign, now)

    async def load(self) -> Loaded:
        """Write them, but for what is as it was and what a call is about at this moment."""
        known, live = await self._known(), await self._live()
        hashes = {one for row in self._rows for one in row.hashes}
        suppressed = await self._suppressed(suppressions.c.number_hash, hashes)
        totals = ImportTotals()
        new: list[Loadable] = []
        changed: list[tuple[Loadable, Mapping[Any, Any]]] = []
        for row in self._rows:
            before = known.get(row.contact.account_ref)
            if row.contact.account_ref in live:
                totals.call_live += 1
            elif before is None:
                new.append(row)
            elif before["row_hash"] != row.digest or before["reason"] == ABSENT:
                changed.append((row, before))
            else:
                totals.unchanged += 1
        written = [*new, *(row for row, _ in changed)]
        totals.accepted, totals.updated = len(new), len(changed)
        await self._people.heed([row for row in self._rows if row.contact.account_ref in live])
        if written:
            await self._people.put(written)
            await self._contacts.put(new, changed)
        ids = {row.contact.person_id for row in self._rows}
        persons_spared = await self._suppressed(suppressions.c.person_id, ids)
        spared = [row.line for row in written if _spared(row, suppressed, persons_spared)]
        totals.not_called = len({*spared, *(row.line for row in written if row.not_called)})
        lines_live = tuple(row.line for row in self._rows if row.contact.account_ref in live)
        held = [row.line for row in self._rows if stays_held(known.get(row.contact.account_ref))]
        return Loaded(totals, lines_live, tuple(spared), tuple(held))

    async def _known(self) -> dict[str, Mapping[Any, Any]]:
        refs = [row.contact.account_ref for row in self._rows]
        names = ("account_id", "contact_id", "state", "reason", "row_hash", "phone", "asked_for")
        here = select(*(contacts.c[name] for name in names)).where(
            contacts.c.campaign == self._job.campaign, contacts.c.account_id.in_(refs)
        )
        return {row["account_id"]: row for row in (await self._sql.execute(here)).mappings()}

    async def _live(self) -> set[str]:
        """Accounts that a call is about at this moment."""
        refs = [row.contact.account_ref for row in self._rows]
        talking = select(calls.c.account_id).where(
            calls.c.account_id.in_(refs), calls.c.disposition.is_(None)
        )
        claimed = select(contacts.c.account_id).where(
            contacts.c.account_id.in_(refs), contacts.c.state == ContactState.CLAIMED.value
        )
        return {ref for live in (talking, claimed) for ref in (await self._sql.execute(live)).scalars()}

    async def _suppressed(self, column: Column[Any], values: Collection[str]) -> set[str]:
        """Which of these are never called again, in any campaign or in this one."""
        here = or_(suppressions.c.campaign.is_(None), suppressions.c.campaign == self._job.campaign)
        return set((await self._sql.execute(select(column).where(column.in_(values), here))).scalars())


def _spared(row: Loadable, numbers: set[str], persons: set[str]) -> bool:
    if row.contact.dnc:
        return False
    return row.contact.person_id in persons or (bool(row.hashes) and numbers.issuperset(row.hashes))
