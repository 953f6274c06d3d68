"""Contacts of a file, so many in one transaction: who they are, what they owe, how to reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.choosing import NO_PHONE
from voicebot.campaigns.retry import ContactState
from voicebot.campaigns.sheets.contact_row import ContactRow, RowConsent
from voicebot.campaigns.sheets.import_report import ImportTotals
from voicebot.contact.verdict import Reason
from voicebot.store.campaign_tables import consents, contacts, numbers, persons
from voicebot.store.closing import ABSENT
from voicebot.store.tables import account_phones, accounts, calls, suppressions

AI_VOICE: Final = "ai_voice"
REFUSED: Final = "the file says that they are not called"
_MENDED: Final = frozenset(
    {
        ABSENT,
        REFUSED,
        NO_PHONE,
        Reason.NO_RULES,
        Reason.CHANNEL_NOT_AUTHORISED,
        Reason.NO_CONSENT,
        Reason.UNKNOWN_ZONE,
    }
)
"""Why nobody calls a contact that a new row about it opens again."""
_AI_VOICE: Final = consents.c.kind == AI_VOICE
_NOBODY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(["first_name", "last_name", "language", "country", "region", "time_zone", "channels"]),
    "inconvenient": [],
}


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A file that is loaded into a campaign."""

    digest: str
    """Of its bytes and of how they were read: the same one is loaded once."""
    campaign: str
    file_name: str
    full: bool
    settings: Mapping[str, Any]
    """Of the campaign, for when it is not in the database yet."""


@dataclass(frozen=True, slots=True)
class Loadable:
    """A row to be loaded, and the telephones by which it may be suppressed."""

    line: int
    contact: ContactRow
    digest: str
    """Of the contact."""
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What rows came to."""

    totals: ImportTotals
    live: tuple[int, ...] = ()
    """Lines that are not loaded, for a call about them is on."""
    suppressed: tuple[int, ...] = ()
    """Lines that are loaded and whose telephones are all suppressed."""


class Batch:
    """Rows in one transaction."""

    def __init__(self, sql: AsyncConnection, job: ImportJob, rows: Sequence[Loadable], now: datetime) -> None:
        self._sql = sql
        self._job = job
        self._rows = rows
        self._now = now

    async def load(self) -> Loaded:
        """Write them, but for what is as it was and what a call is about at this moment."""
        known, live = await self._known(), await self._live()
        suppressed = await self._suppressed()
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
        if written:
            await self._write(written, suppressed)
            await self._put_contacts(new, changed)
        persons_spared = await self._persons_suppressed()
        spared = [row.line for row in written if _spared(row, suppressed, persons_spared)]
        totals.not_called = len({*spared, *(row.line for row in written if row.contact.not_called)})
        lines_live = tuple(row.line for row in self._rows if row.contact.account_ref in live)
        return Loaded(totals, lines_live, tuple(spared))

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

    async def _suppressed(self) -> set[str]:
        hashes = {one for row in self._rows for one in row.hashes}
        everywhere = or_(suppressions.c.campaign.is_(None), suppressions.c.campaign == self._job.campaign)
        found = select(suppressions.c.number_hash).where(suppressions.c.number_hash.in_(hashes), everywhere)
        return set((await self._sql.execute(found)).scalars())

    async def _persons_suppressed(self) -> set[str]:
        ids = {row.contact.person_id for row in self._rows}
        everywhere = or_(suppressions.c.campaign.is_(None), suppressions.c.campaign == self._job.campaign)
        found = select(suppressions.c.person_id).where(suppressions.c.person_id.in_(ids), everywhere)
        return set((await self._sql.execute(found)).scalars())

    async def _write(self, rows: Sequence[Loadable], suppressed: set[str]) -> None:
        """Who they are, what they owe and how to reach them, as calls that come in find it too."""
        await self._put_persons([row.contact for row in rows])
        await self._put(accounts, "account_id", [_account(row.contact, self._now) for row in rows])
        refs = [row.contact.account_ref for row in rows]
        await self._sql.execute(delete(account_phones).where(account_phones.c.account_id.in_(refs)))
        await self._sql.execute(insert(account_phones), [one for row in rows for one in _phones(row.contact)])
        known = {
            phone.e164: {"e164": phone.e164, "kind": phone.kind or None, "changed_at": self._now}
            for row in rows
            for phone in row.contact.phones
        }
        await self._sql.execute(upsert(self._sql, numbers).on_conflict_do_nothing(), list(known.values()))
        await self._put_consents([row.contact for row in rows])
        await self._suppress(rows, suppressed)

    async def _put(self, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
        put = upsert(self._sql, table)
        replaced = {name: put.excluded[name] for name in rows[0] if name != key}
        await self._sql.execute(put.on_conflict_do_update(index_elements=[key], set_=replaced), list(rows))

    async def _put_persons(self, rows: Sequence[ContactRow]) -> None:
        """What a file leaves out stays as it is known: people have said it."""
        ids = {row.person_id for row in rows}
        found = await self._sql.execute(select(persons).where(persons.c.person_id.in_(ids)))
        known: dict[str, dict[str, Any]] = {row["person_id"]: dict(row) for row in found.mappings()}
        for row in rows:
            said = {name: value for name, value in _person(row).items() if value}
            before = known.get(row.person_id, _NOBODY)
            known[row.person_id] = {**before, **said, "updated_at": self._now}
        await self._put(persons, "person_id", list(known.values()))

    async def _put_consents(self, rows: Sequence[ContactRow]) -> None:
        told = {row.person_id: row.consent for row in rows if row.consent}
        if not told:
            return
        found = await self._sql.execute(select(consents).where(consents.c.person_id.in_(told), _AI_VOICE))
        known = {(row["person_id"], row["given_at"]) for row in found.mappings()}
        given = [
            self._consent(person, consent)
            for person, consent in told.items()
            if consent.given and consent.given_at and (person, consent.given_at) not in known
        ]
        if given:
            await self._sql.execute(insert(consents), given)
        for person, consent in told.items():
            if consent.refused:
                held = and_(consents.c.person_id == person, _AI_VOICE, consents.c.revoked_at.is_(None))
                revoked = update(consents).where(held).values(revoked_at=consent.revoked_at or self._now)
                await self._sql.execute(revoked)

    def _consent(self, person_id: str, consent: RowConsent) -> dict[str, Any]:
        return {
            "person_id": person_id,
            "kind": AI_VOICE,
            "source": consent.source or f"file {self._job.file_name}",
            "given_at": consent.given_at,
            "revoked_at": consent.revoked_at,
        }

    async def _suppress(self, rows: Sequence[Loadable], already: set[str]) -> None:
        new = [
            {
                "number_hash": one,
                "channel": "all",
                "since": self._now,
                "reason": f"dnc in file {self._job.file_name}",
                "person_id": row.contact.person_id,
            }
            for row in rows
            if row.contact.dnc
            for one in row.hashes
            if one not in already
        ]
        if new:
            await self._sql.execute(insert(suppressions), new)

    async def _put_contacts(
        self, new: Sequence[Loadable], changed: Sequence[tuple[Loadable, Mapping[Any, Any]]]
    ) -> None:
        if new:
            first = [self._contact(row) | self._ready(row.contact) for row in new]
            await self._sql.execute(insert(contacts), first)
        again = [
            {f"new_{name}": value for name, value in {**self._contact(row), **state}.items()}
            | {"its_id": before["contact_id"]}
            for row, before in changed
            for state in [self._state_after(row.contact, before)]
        ]
        for values in _alike(again):
            names = [name for name in values[0] if name != "its_id"]
            put = update(contacts).where(contacts.c.contact_id == bindparam("its_id"))
            put = put.values({name.removeprefix("new_"): bindparam(name) for name in names})
            await self._sql.execute(put, values)

    def _contact(self, row: Loadable) -> dict[str, Any]:
        return {
            "campaign": self._job.campaign,
            "account_id": row.contact.account_ref,
            "person_id": row.contact.person_id,
            "priority": row.contact.priority,
            "row_hash": row.digest,
            "updated_at": self._now,
        }

    def _ready(self, row: ContactRow) -> dict[str, Any]:
        if row.not_called:
            return {"state": ContactState.CLOSED.value, "next_at": None, "reason": REFUSED}
        return {"state": ContactState.WAITING.value, "next_at": self._now, "reason": None}

    def _state_after(self, row: ContactRow, before: Mapping[Any, Any]) -> dict[str, Any]:
        """What was reached, or is held for a person, stays so whatever a new file says of the debt."""
        was_open = before["state"] in (ContactState.WAITING.value, ContactState.DUE.value)
        state = self._ready(row) if before["reason"] in _MENDED or (was_open and row.not_called) else {}
        known = {phone.e164 for phone in row.phones}
        return state if before["asked_for"] or before["phone"] in known else {**state, "phone": None}


def upsert(sql: AsyncConnection, table: Table) -> Any:
    """An insert that knows what to do where a row is there already; both databases say it alike."""
    return (sqlite if sql.dialect.name == "sqlite" else postgresql).insert(table)


def _spared(row: Loadable, numbers: set[str], persons: set[str]) -> bool:
    if row.contact.dnc:
        return False
    return row.contact.person_id in persons or (bool(row.hashes) and numbers.issuperset(row.hashes))


def _account(row: ContactRow, now: datetime) -> dict[str, Any]:
    return {
        "account_id": row.account_ref,
        "language": row.language,
        "facts": row.facts(),
        "updated_at": now,
        "person_id": row.person_id,
        "creditor": row.creditor,
        "balance": row.amount_due,
        "currency": row.currency,
        "due_date": row.due_date,
    }


def _person(row: ContactRow) -> dict[str, Any]:
    return {
        "person_id": row.person_id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "language": row.language,
        "country": row.country,
        "region": row.region,
        "time_zone": row.time_zone,
        "channels": list(row.allowed_channels),
        "inconvenient": list(row.inconvenient_times),
    }


def _phones(row: ContactRow) -> list[dict[str, Any]]:
    return [
        {"account_id": row.account_ref, "e164": phone.e164, "place": place}
        for place, phone in enumerate(row.phones)
    ]


def _alike(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Rows of the same columns together, as one statement can write them."""
    by_names: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_names.setdefault(tuple(row), []).append(row)
    return by_names.values()
