"""The people of a file as rows: who they are, what they owe and how to reach them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.sheets.contact_row import ContactRow, RowConsent
from voicebot.contact.people import ConsentKind
from voicebot.store.campaign_tables import consents, numbers, persons
from voicebot.store.dialects import insert_into
from voicebot.store.import_job import Loadable, Unwanted
from voicebot.store.tables import account_phones, accounts, suppressions

_AI_VOICE: Final = consents.c.kind == ConsentKind.AI_VOICE.value
_NOBODY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(["first_name", "last_name", "language", "country", "region", "time_zone", "channels"]),
    "inconvenient": [],
}


class ImportedPeople:
    """Writes the people of rows, as calls that come in find them too."""

    def __init__(self, sql: AsyncConnection, file_name: str, now: datetime) -> None:
        self._sql = sql
        self._file_name = file_name
        self._now = now

    async def put(self, rows: Sequence[Loadable]) -> None:
        """Write rows."""
        await self._put_persons([row.contact for row in rows])
        await self._put(accounts, "account_id", [_account(row.contact, self._now) for row in rows])
        refs = [row.contact.account_ref for row in rows]
        await self._sql.execute(delete(account_phones).where(account_phones.c.account_id.in_(refs)))
        await self._sql.execute(insert(account_phones), [one for row in rows for one in _phones(row.contact)])
        await self._put_numbers([row.contact for row in rows])
        await self.heed(rows)

    async def heed(self, rows: Sequence[Loadable]) -> None:
        """Write what people agreed to and what they do not want, which waits for the end of no call."""
        await self._put_consents(rows)
        contacts = [(row.contact, row.hashes) for row in rows if row.contact.dnc]
        await self._suppress({(one, contact.person_id) for contact, hashes in contacts for one in hashes})

    async def suppress(self, unwanted: Sequence[Unwanted]) -> None:
        """Write who wants no calls: by the telephones that are told, and whoever is known by the account."""
        refs = [one.account_ref for one in unwanted]
        known = select(accounts.c.account_id, accounts.c.person_id).where(accounts.c.account_id.in_(refs))
        owners = {row.account_id: row.person_id for row in await self._sql.execute(known)}
        await self._suppress(
            {
                (number, person or None)
                for one in unwanted
                for person in {one.person_id, owners.get(one.account_ref) or one.person_id}
                for number in one.hashes or (None,)
            }
        )

    async def _put_numbers(self, rows: Sequence[ContactRow]) -> None:
        new = {
            phone.e164: {"e164": phone.e164, "kind": phone.kind or None, "changed_at": self._now}
            for row in rows
            for phone in row.phones
        }
        unknown = insert_into(self._sql, numbers).on_conflict_do_nothing()
        await self._sql.execute(unknown, list(new.values()))

    async def _put(self, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
        put = insert_into(self._sql, table)
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

    async def _put_consents(self, rows: Sequence[Loadable]) -> None:
        """Of rows that differ about a person, the one without consent counts, wherever it stands."""
        told = [(row.contact.person_id, row.contact.consent) for row in rows if row.contact.consent]
        if not told:
            return
        persons_told = {person for person, _ in told}
        found = await self._sql.execute(
            select(consents).where(consents.c.person_id.in_(persons_told), _AI_VOICE)
        )
        known = {(row["person_id"], row["given_at"]) for row in found.mappings()}
        given = {
            (person, consent.given_at): self._consent(person, consent)
            for person, consent in told
            if consent.given and consent.given_at and (person, consent.given_at) not in known
        }
        if given:
            await self._sql.execute(insert(consents), list(given.values()))
        refused = dict.fromkeys((row.contact.person_id for row in rows if row.refused), self._now)
        refused |= {person: consent.revoked_at for person, consent in told if consent.revoked_at}
        for person, revoked_at in refused.items():
            held = and_(consents.c.person_id == person, _AI_VOICE, consents.c.revoked_at.is_(None))
            await self._sql.execute(update(consents).where(held).values(revoked_at=revoked_at))

    def _consent(self, person_id: str, consent: RowConsent) -> dict[str, Any]:
        return {
            "person_id": person_id,
            "kind": ConsentKind.AI_VOICE.value,
            "source": consent.source or f"file {self._file_name}",
            "given_at": consent.given_at,
            "revoked_at": consent.revoked_at,
        }

    async def _suppress(self, whose: Set[tuple[str | None, str | None]]) -> None:
        """What is on record of a telephone alone, of a channel or of one campaign is less than this."""
        if not whose:
            return
        new = [
            {
                "number_hash": one,
                "channel": "all",
                "since": self._now,
                "reason": f"dnc in file {self._file_name}",
                "person_id": person,
            }
            for one, person in sorted(whose - await self._suppressed(whose), key=str)
        ]
        if new:
            await self._sql.execute(insert(suppressions), new)

    async def _suppressed(
        self, whose: Set[tuple[str | None, str | None]]
    ) -> set[tuple[str | None, str | None]]:
        """Telephones by whose they are, of people whom nobody contacts in any way and any campaign."""
        hashes = {one for one, _ in whose if one}
        numberless = {person for one, person in whose if not one and person}
        everywhere = suppressions.c.channel == "all", suppressions.c.campaign.is_(None)
        columns = suppressions.c.number_hash, suppressions.c.person_id
        found = await self._sql.execute(
            select(*columns).where(
                or_(
                    suppressions.c.number_hash.in_(hashes),
                    and_(suppressions.c.number_hash.is_(None), suppressions.c.person_id.in_(numberless)),
                ),
                *everywhere,
            )
        )
        return {(row.number_hash, row.person_id) for row in found}


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
