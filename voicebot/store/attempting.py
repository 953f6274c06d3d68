"""The attempts of all campaigns, looked through and counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.pacing import Answers
from voicebot.campaigns.queue import LeftAttempt
from voicebot.disposition import Disposition
from voicebot.store.campaign_tables import attempts
from voicebot.store.presence import LONGEST, living
from voicebot.store.processes import this_process
from voicebot.store.tables import calls


async def left_attempts(sql: AsyncConnection, now: datetime, going_on: Collection[str]) -> list[LeftAttempt]:
    """Those that nobody finishes any more, the oldest first, and what is on record of their calls."""
    wanted = (
        select(attempts, calls.c.call_id, calls.c.disposition.label("call_ended_in"))
        .outerjoin_from(attempts, calls, attempts.c.attempt_id == calls.c.call_id)
        .where(attempts.c.ended_at.is_(None))
        .order_by(attempts.c.placed_at, attempts.c.attempt_id)
    )
    rows = (await sql.execute(wanted)).mappings().all()
    alive = await living(sql, {row["held_by"] for row in rows}, now)
    return [_left(row) for row in rows if _is_left(row, alive[row["held_by"]], now, going_on)]


def _is_left(row: Mapping[Any, Any], alive: bool | None, now: datetime, going_on: Collection[str]) -> bool:
    """Where nobody knows whether its process is ``alive``, time decides."""
    if row["held_by"] == str(this_process()):
        return row["attempt_id"] not in going_on
    return row["placed_at"] < now - LONGEST if alive is None else not alive


def _left(row: Mapping[Any, Any]) -> LeftAttempt:
    return LeftAttempt(
        attempt_id=row["attempt_id"],
        campaign=row["campaign"],
        account_id=row["account_id"],
        placed_at=row["placed_at"],
        has_call=row["call_id"] is not None,
        disposition=Disposition(row["call_ended_in"]) if row["call_ended_in"] else None,
    )


async def live_attempts(sql: AsyncConnection, campaign: str) -> int:
    """How many of a campaign go on."""
    going_on = attempts.c.campaign == campaign, attempts.c.ended_at.is_(None)
    return (await sql.execute(select(func.count()).select_from(attempts).where(*going_on))).scalar_one()


async def answers(sql: AsyncConnection, campaign: str, since: datetime, recent: datetime) -> Answers:
    """People and those abandoned since then, and all dials that ended recently."""
    ended_lately = attempts.c.ended_at >= recent
    counted = (
        _count_if(ended_lately),
        _count_if(ended_lately & (attempts.c.connected_seconds > 0)),
        _count_if(attempts.c.human.is_(True)),
        _count_if(attempts.c.abandoned.is_(True)),
    )
    placed = attempts.c.campaign == campaign, attempts.c.placed_at >= min(since, recent - LONGEST)
    (found,) = (await sql.execute(select(*counted).where(*placed))).all()
    return Answers(*found)


async def shown_since(sql: AsyncConnection, since: datetime) -> dict[str, int]:
    """How often each of our numbers was shown."""
    shown = attempts.c.caller_id.is_not(None), attempts.c.placed_at >= since
    wanted = (
        select(attempts.c.caller_id, func.count().label("times")).where(*shown).group_by(attempts.c.caller_id)
    )
    return {row.caller_id: row.times for row in await sql.execute(wanted)}


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
