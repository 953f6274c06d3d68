"""Processes that hold calls and cannot see each other: each says again and again that it lives."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.errors import StoreError
from voicebot.store.campaign_tables import attempts
from voicebot.store.database import Database
from voicebot.store.dialects import insert_into
from voicebot.store.holder import host_of
from voicebot.store.processes import is_alive, this_process
from voicebot.store.tables import calls, holders

BEAT_SECONDS: Final = 15.0
SILENT: Final = timedelta(minutes=1)
"""Without a beat for longer, a process is gone, or cannot reach the database."""
MARGIN: Final = timedelta(minutes=5)
"""Beyond the longest talk: a wait for a line, ringing, the time between two beats, clocks that differ."""
LONGEST: Final = timedelta(hours=3)
"""No call can be in progress for longer: the settings allow two hours."""
_KEPT: Final = timedelta(days=1)
"""How long it is remembered when a process was seen last."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Silent:
    """A process that holds calls, if it is there: it cannot be seen from here, and says nothing."""

    held_by: str
    seen_at: datetime | None
    """``None`` of one that never said anything."""
    calls: int
    until: datetime
    """From then on its calls are over for certain."""

    @property
    def host(self) -> str:
        """The name of its machine."""
        return host_of(self.held_by)

    def as_json(self) -> dict[str, Any]:
        """For another program."""
        seen_at = self.seen_at.isoformat() if self.seen_at else None
        return {
            "host": self.host,
            "held_by": self.held_by,
            "seen_at": seen_at,
            "calls": self.calls,
            "until": self.until.isoformat(),
        }

    def __str__(self) -> str:
        """For operators, with what to do."""
        held = f"{self.calls} {'call' if self.calls == 1 else 'calls'}"
        seen = f"since {self.seen_at.astimezone():%H:%M:%S}" if self.seen_at else "at all"
        return (
            f"a process of {self.host} holds {held} and was not seen {seen}, so these people are not called "
            f"before {self.until.astimezone():%H:%M:%S}; if it is gone: voicebot processes gone {self.host}"
        )


@asynccontextmanager
async def present(database: Database, longest_call: timedelta) -> AsyncIterator[None]:
    """Say again and again that this process lives, and tell operators once of each other that does not.

    Raises:
        StoreError: it could not be said a first time, so nothing should begin.
    """
    told = await _beat(database, longest_call, set())
    beating = asyncio.create_task(_go_on(database, longest_call, told), name="presence")
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.wait([beating])


async def _go_on(database: Database, longest_call: timedelta, told: Collection[str]) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            told = await _beat(database, longest_call, told)
        except StoreError as error:
            log.error("presence_not_told", reason=str(error))


async def _beat(database: Database, longest_call: timedelta, told: Collection[str]) -> Collection[str]:
    """Those that are silent; whoever of them is not ``told`` of yet is."""
    now = datetime.now(UTC)
    async with database.writing("that this process lives") as sql:
        await say(sql, longest_call, now)
        missing = await silent(sql, now)
    for one in missing:
        if one.held_by not in told:
            log.warning("process_not_seen", host=one.host, calls=one.calls, advice=str(one))
    return {one.held_by for one in missing}


async def say(sql: AsyncConnection, longest_call: timedelta, now: datetime) -> None:
    """This process lives. Without the database it begins nothing, so what it holds now is over when the
    longest call is, whether it can be seen until then or not."""
    lives = {"seen_at": now, "until": now + longest_call + MARGIN}
    row = insert_into(sql, holders).values(held_by=str(this_process()), **lives)
    await sql.execute(row.on_conflict_do_update(index_elements=[holders.c.held_by], set_=lives))
    await sql.execute(delete(holders).where(holders.c.until < now - _KEPT))


async def living(sql: AsyncConnection, held_by: Collection[str], now: datetime) -> Mapping[str, bool | None]:
    """Whether each of those processes may still hold something; ``None`` where nobody can tell: an older
    voicebot says nothing of itself, and so time decides."""
    alive = {one: is_alive(one) for one in held_by}
    unseen = [one for one in alive if alive[one] is None]
    said = await _until(sql, unseen)
    return alive | {one: now < until for one, (_, until) in said.items()}


async def silent(sql: AsyncConnection, now: datetime) -> list[Silent]:
    """Those that hold calls, cannot be seen and do not say that they live, by name."""
    held = await _held(sql)
    unseen = [one for one in sorted(held) if is_alive(one) is None]
    said = await _until(sql, unseen)
    found = []
    for one in unseen:
        seen_at, until = said.get(one, (None, max(held[one].values()) + LONGEST))
        if until > now and (seen_at is None or seen_at < now - SILENT):
            found.append(Silent(one, seen_at, len(held[one]), until))
    return found


async def give_up(sql: AsyncConnection, host: str, now: datetime) -> list[Silent]:
    """Take people's word that the silent processes of a machine are gone: what they held is over."""
    gone = [one for one in await silent(sql, now) if one.host == host]
    for one in gone:
        row = insert_into(sql, holders).values(held_by=one.held_by, until=now)
        await sql.execute(row.on_conflict_do_update(index_elements=[holders.c.held_by], set_={"until": now}))
    return gone


async def _held(sql: AsyncConnection) -> Mapping[str, Mapping[str, datetime]]:
    """When each call in progress began, by its process: a dial is an attempt, and mostly a call, too."""
    held = defaultdict[str, dict[str, datetime]](dict)
    dials = select(attempts.c.held_by, attempts.c.attempt_id, attempts.c.placed_at)
    talks = select(calls.c.held_by, calls.c.call_id, calls.c.started_at)
    for wanted in (
        dials.where(attempts.c.ended_at.is_(None)),
        talks.where(calls.c.disposition.is_(None), calls.c.held_by.is_not(None)),
    ):
        for held_by, call_id, began in await sql.execute(wanted):
            held[held_by][call_id] = began
    return held


async def _until(
    sql: AsyncConnection, held_by: Collection[str]
) -> Mapping[str, tuple[datetime | None, datetime]]:
    """When processes were seen last, and until when what they held may go on."""
    if not held_by:
        return {}
    found = await sql.execute(select(holders).where(holders.c.held_by.in_(held_by)))
    return {row.held_by: (row.seen_at, row.until) for row in found}
