"""Numbers that are never called again, as rows."""

from __future__ import annotations

from dataclasses import asdict, fields

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.suppression import Suppression
from voicebot.errors import StoreError
from voicebot.store.tables import suppressions

_OF_SUPPRESSIONS = [field.name for field in fields(Suppression)]


async def put_suppression(sql: AsyncConnection, suppression: Suppression) -> None:
    """Add to what is known of a number: two processes that write at once never get in each other's way."""
    await sql.execute(insert(suppressions).values(asdict(suppression)))


async def suppressions_of_number(sql: AsyncConnection, number_hash: str) -> list[Suppression]:
    """What is known of a number, the oldest first.

    Raises:
        StoreError: numbers are on record by another key, so this one may be among them.
    """
    key, _, _ = number_hash.partition(":")
    by_another = exists().where(suppressions.c.number_hash.not_like(f"{key}:%"))
    if (await sql.execute(select(by_another))).scalar():
        raise StoreError(
            "suppressed numbers are on record by another key than this machine's, so nobody can tell whether "
            "this one is among them: put suppression.key back into var_dir from the backup, or set "
            "VOICEBOT_SUPPRESSION_KEY to the secret that all machines of this database share"
        )
    known = select(suppressions).where(suppressions.c.number_hash == number_hash)
    rows = (await sql.execute(known.order_by(suppressions.c.suppression_id))).mappings()
    return [Suppression(**{name: row[name] for name in _OF_SUPPRESSIONS}) for row in rows]


async def delete_suppressions(sql: AsyncConnection, number_hash: str) -> bool:
    """Forget what is known of a number. False when there was nothing."""
    gone = await sql.execute(delete(suppressions).where(suppressions.c.number_hash == number_hash))
    return bool(gone.rowcount)
