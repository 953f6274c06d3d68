"""How far campaigns are, counted in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.progress import Progress, notice
from voicebot.campaigns.queue import Campaign
from voicebot.campaigns.retry import ContactState
from voicebot.disposition import Disposition
from voicebot.store.campaign_tables import attempts, blocks, contacts
from voicebot.store.campaigning import next_moment

_PROMISES = (Disposition.RPC_PROMISE.value, Disposition.RPC_PARTIAL_PROMISE.value)


async def progress_of(sql: AsyncConnection, campaign: Campaign, now: datetime) -> Progress:
    """A campaign in numbers."""
    states = (
        select(contacts.c.state, func.count())
        .where(contacts.c.campaign == campaign.name)
        .group_by(contacts.c.state)
    )
    own = attempts.c.campaign == campaign.name
    ends = select(attempts.c.disposition, func.count()).where(own).group_by(attempts.c.disposition)
    humans = select(func.count()).where(own, attempts.c.human)
    reasons = (
        select(blocks.c.reason, func.sum(blocks.c.times))
        .where(blocks.c.campaign == campaign.name)
        .group_by(blocks.c.reason)
    )
    held = (
        select(contacts.c.reason, func.count())
        .where(contacts.c.campaign == campaign.name, contacts.c.state == ContactState.HELD.value)
        .group_by(contacts.c.reason)
    )
    ended: dict[str | None, int] = {row[0]: row[1] for row in await sql.execute(ends)}
    live = ended.pop(None, 0)
    return Progress(
        name=campaign.name,
        state=campaign.state,
        contacts={ContactState(state): times for state, times in await sql.execute(states)},
        live=live,
        dials=live + sum(ended.values()),
        answered=(await sql.execute(humans)).scalar_one(),
        promises=sum(ended.get(disposition, 0) for disposition in _PROMISES),
        dispositions={str(one): times for one, times in sorted(ended.items(), key=lambda item: -item[1])},
        blocked={reason: int(times) for reason, times in await sql.execute(reasons)},
        notice=notice(campaign, now),
        held={reason or "": times for reason, times in await sql.execute(held)},
        next_at=await next_moment(sql, campaign.name),
    )
