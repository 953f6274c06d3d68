"""People and numbers that are never called again, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.suppression import Suppression
from voicebot.errors import StoreError
from voicebot.store.tables import accounts, suppressions

_OF_SUPPRESSIONS = [field.name for field in fields(Suppression)]


async def put_suppression(sql: AsyncConnection, suppression: Suppression) -> None:
    """Add to what is known: two processes that write at once never get in each other's way."""
    await sql.execute(insert(suppressions).values(asdict(suppression)))


async def suppressions_on_record(
    sql: AsyncConnection, number_hash: str | None, account_id: str | None, campaign: str | None
) -> list[Suppression]:
    """Why a number, or the person of an account, is never called again; the oldest first.

    Raises:
        StoreError: numbers are on record by another key, so this one may be among them.
    """
    if number_hash is not None:
        await refuse_other_keys(sql, number_hash.partition(":")[0])
    owner = select(accounts.c.person_id).where(accounts.c.account_id == account_id).scalar_subquery()
    theirs = suppressions.c.person_id == owner
    # Not ``== None``: it would find everybody whose number is not known.
    known = select(suppressions).where(
        theirs if number_hash is None else or_(suppressions.c.number_hash == number_hash, theirs),
        or_(suppressions.c.campaign.is_(None), suppressions.c.campaign == campaign),
    )
    rows = await sql.execute(known.order_by(suppressions.c.suppression_id))
    return [suppression_of_row(row) for row in rows.mappings()]


async def suppressions_of_person(sql: AsyncConnection, person_id: str) -> list[Suppression]:
    """Why a person is never called again, in any campaign; the oldest first."""
    theirs = suppressions.c.person_id == person_id, suppressions.c.campaign.is_(None)
    rows = await sql.execute(select(suppressions).where(*theirs).order_by(suppressions.c.suppression_id))
    return [suppression_of_row(row) for row in rows.mappings()]


async def refuse_other_keys(sql: AsyncConnection, key: str) -> None:
    """See that all numbers on record are so by the key of that name.

    Raises:
        StoreError: some are not.
    """
    hashes = suppressions.c.number_hash
    # The first and the last in their order: hashes by one key lie side by side, and the index has both ends.
    written = select(hashes).where(hashes.is_not(None))
    ends = (written.order_by(order).limit(1).scalar_subquery() for order in (hashes, hashes.desc()))
    (found,) = (await sql.execute(select(*ends))).all()
    if any(end is not None and not end.startswith(f"{key}:") for end in found):
        raise StoreError(
            "suppressed numbers are on record by another key than this machine's, so nobody can tell whether "
            "this one is among them: put suppression.key back into var_dir from the backup, or set "
            "VOICEBOT_SUPPRESSION_KEY to the secret that all machines of this database share"
        )


def suppression_of_row(row: Mapping[Any, Any]) -> Suppression:
    """The suppression of a row of ``suppressions``."""
    return Suppression(**{name: row[name] for name in _OF_SUPPRESSIONS})


async def delete_suppressions(sql: AsyncConnection, number_hash: str) -> bool:
    """Forget what is known of a number. False when there was nothing."""
    gone = await sql.execute(delete(suppressions).where(suppressions.c.number_hash == number_hash))
    return bool(gone.rowcount)


async def delete_suppressions_of_person(sql: AsyncConnection, person_id: str) -> bool:
    """Forget that a person is never called again, with each number that they said it from. False when there
    was nothing."""
    gone = await sql.execute(delete(suppressions).where(suppressions.c.person_id == person_id))
    return bool(gone.rowcount)
