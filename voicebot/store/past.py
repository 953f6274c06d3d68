"""What was tried before: attempts and calls as rows, and as the contact rules count them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.contact import Channel, Past, PastKind
from voicebot.disposition import HUMANS, RIGHT_PARTY, Disposition
from voicebot.store.campaign_tables import attempts
from voicebot.store.tables import accounts, calls

REMEMBERED: Final = timedelta(days=40)
"""No rule looks further back."""
_NOT_CONNECTED: Final = frozenset(
    {
        Disposition.BUSY,  # 12 CFR 1006, comment 14(b)(3)(ii)-1
        Disposition.SIT_INVALID,
        Disposition.SIT_NO_CIRCUIT,
        Disposition.SIT_REORDER,
        Disposition.UNREACHABLE,
        Disposition.CARRIER_ERROR,
        Disposition.BLOCKED_RULE,
    }
)
"""Endings of dials that did not reach the number."""
_CONVERSATIONS: Final = HUMANS - {Disposition.ABANDONED}


@dataclass(frozen=True, slots=True)
class Dialled:
    """An attempt of a campaign, as far as others depend on it."""

    attempt_id: str
    contact_id: int
    account_id: str
    person_id: str
    channel: str
    caller_id: str | None
    placed_at: datetime
    ended_at: datetime | None
    disposition: str | None


@dataclass(frozen=True, slots=True)
class Called:
    """A call, whoever dialled."""

    call_id: str
    account_id: str
    person_id: str | None
    started_at: datetime
    disposition: str | None


_DIALLED: Final = [attempts.c[field.name] for field in fields(Dialled)]


async def dialled(sql: AsyncConnection, rows: Sequence[Mapping[Any, Any]], since: datetime) -> list[Dialled]:
    """Every attempt at these contacts, and since then at their persons and about their accounts; the oldest
    first."""
    theirs = or_(*(attempts.c[name].in_(_all(rows, name)) for name in ("person_id", "account_id")))
    at_contacts = attempts.c.contact_id.in_(_all(rows, "contact_id"))
    wanted = select(*_DIALLED).where(or_(at_contacts, and_(theirs, attempts.c.placed_at >= since)))
    found = await sql.execute(wanted.order_by(attempts.c.placed_at, attempts.c.attempt_id))
    return [Dialled(*row) for row in found]


async def called(sql: AsyncConnection, rows: Sequence[Mapping[Any, Any]], since: datetime) -> list[Called]:
    """Every call since then about these accounts, and about others of their persons."""
    theirs = or_(*(accounts.c[name].in_(_all(rows, name)) for name in ("person_id", "account_id")))
    wanted = (
        select(
            calls.c.call_id, calls.c.account_id, accounts.c.person_id, calls.c.started_at, calls.c.disposition
        )
        .join_from(calls, accounts, calls.c.account_id == accounts.c.account_id)
        .where(theirs, calls.c.started_at >= since)
    )
    return [Called(*row) for row in await sql.execute(wanted)]


def past(
    row: Mapping[Any, Any], dials: Iterable[Dialled], others: Iterable[Called], since: datetime
) -> tuple[Past, ...]:
    """What counts for a contact: attempts of campaigns, and calls that were none, such as those that came
    in."""
    ours = [one for one in dials if _concerns(one, row) and one.placed_at >= since]
    known = {one.attempt_id for one in ours}
    apart = (one for one in others if _concerns(one, row) and one.call_id not in known)
    return (
        *(_past(one.placed_at, one.disposition, one, Channel(one.channel)) for one in ours),
        *(_past(one.started_at, one.disposition, one, Channel.VOICE) for one in apart),
    )


def _past(at: datetime, disposition: str | None, one: Dialled | Called, channel: Channel) -> Past:
    """While it goes on nobody knows better than that it reached somebody."""
    ending = Disposition(disposition) if disposition else None
    return Past(
        at=at,
        channel=channel,
        debt=one.account_id,
        kind=PastKind.CONTACT if ending in _CONVERSATIONS else PastKind.ATTEMPT,
        connected=ending not in _NOT_CONNECTED,
        person_verified=ending in RIGHT_PARTY,
        person_id=one.person_id,
    )


def _concerns(one: Dialled | Called, row: Mapping[Any, Any]) -> bool:
    return bool(one.person_id == row["person_id"] or one.account_id == row["account_id"])


def _all(rows: Iterable[Mapping[Any, Any]], name: str) -> list[Any]:
    return sorted({row[name] for row in rows})
