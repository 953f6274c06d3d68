"""Numbers that are never called again, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.suppression import Suppression
from voicebot.errors import StoreError
from voicebot.store.tables import suppressions

_OF_SUPPRESSIONS = [field.name for field in fields(Suppression)]


async def put_suppression(sql: AsyncConnection, suppression: Suppression) -> None:
    """Add to what is known of a number: two processes that write at once never get in each other's way."""
    await sql.execute(insert(suppressions).values(asdict(suppression)))


async def suppressions_of_number(sql: AsyncConnection, number_hash: str) -> list[Suppression]:
    """Why a number is never called again, in any campaign; the oldest first.

    Raises:
        StoreError: numbers are on record by another key, so this one may be among them.
    """
    await refuse_other_keys(sql, number_hash.partition(":")[0])
    everywhere = suppressions.c.number_hash == number_hash, suppressions.c.campaign.is_(None)
    known = select(suppressions).where(*everywhere).order_by(suppressions.c.suppression_id)
    return [suppression_of_row(row) for row in (await sql.execute(known)).mappings()]


async def refuse_other_keys(sql: AsyncConnection, key: str) -> None:
    """See that all numbers on record are so by the key of that name.

    Raises:
        StoreError: some are not.
    """
    hashes = suppressions.c.number_hash
    # The first and the last in their order: hashes by one key lie side by side, and the index has both ends.
    ends = (select(hashes).order_by(order).limit(1).scalar_subquery() for order in (hashes, hashes.desc()))
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
