"""Campaigns as rows, and how many of their contacts are left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.queue import Campaign, CampaignState
from voicebot.store.campaign_tables import attempts, campaigns, contacts
from voicebot.store.claiming import in_state
from voicebot.store.dialects import insert_into


async def all_campaigns(sql: AsyncConnection) -> list[Campaign]:
    """Every one, by name."""
    names = ("name", "state", "settings", "changed_at", "looked_at", "notice")
    wanted = select(*(campaigns.c[name] for name in names)).order_by(campaigns.c.name)
    return [
        Campaign(name, CampaignState(state), *others) for name, state, *others in await sql.execute(wanted)
    ]


async def keep_campaign(sql: AsyncConnection, name: str, settings: Mapping[str, Any], now: datetime) -> None:
    """Write the settings of a campaign; a new one is paused."""
    told = {"settings": dict(settings), "changed_at": now}
    new = {"name": name, "state": CampaignState.PAUSED.value, "created_at": now}
    row = insert_into(sql, campaigns).values(new | told)
    await sql.execute(row.on_conflict_do_update(index_elements=[campaigns.c.name], set_=told))


async def set_state(
    sql: AsyncConnection, name: str, state: CampaignState, was: CampaignState, now: datetime
) -> bool:
    """Change what a campaign is told. False when it is told something else than it ``was``."""
    same = campaigns.c.name == name, campaigns.c.state == was.value
    changed = await sql.execute(update(campaigns).where(*same).values(state=state.value, changed_at=now))
    return bool(changed.rowcount)


async def looked_after(sql: AsyncConnection, name: str, at: datetime, notice: str | None) -> None:
    """Note that a server looks after a campaign, and what its operator should know."""
    noted = {"looked_at": at, "notice": notice}
    await sql.execute(update(campaigns).where(campaigns.c.name == name).values(noted))


async def next_moment(sql: AsyncConnection, campaign: str) -> datetime | None:
    """When the next contact comes due, in the past where one is; ``None`` when none is waiting."""
    of = contacts.c.campaign == campaign
    due = select(contacts.c.next_at).where(of, in_state("due")).limit(1)
    first = select(contacts.c.next_at).where(of, in_state("waiting")).order_by(contacts.c.next_at).limit(1)
    now = (await sql.execute(due)).scalar()
    return now if now is not None else (await sql.execute(first)).scalar()


async def open_contacts(sql: AsyncConnection, campaign: str) -> int:
    """Contacts without a final state: each that is claimed has an attempt that goes on."""
    of = contacts.c.campaign == campaign, or_(in_state("due"), in_state("waiting"))
    going_on = attempts.c.campaign == campaign, attempts.c.ended_at.is_(None)
    left = select(func.count()).select_from(contacts).where(*of).scalar_subquery()
    claimed = select(func.count()).select_from(attempts).where(*going_on).scalar_subquery()
    counted: int = (await sql.execute(select(left + claimed))).scalar_one()
    return counted
