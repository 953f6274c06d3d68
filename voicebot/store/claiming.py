"""Which contact is called next: one transaction that takes it, and leaves its attempt on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, assert_never

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.queue import CampaignState, Candidate, Claim, Close, Decide, Decision, Dial, Postpone
from voicebot.campaigns.retry import ContactState
from voicebot.store.campaign_tables import attempts, blocks, campaigns, contacts, persons
from voicebot.store.candidates import HashOf, Looked, health_of, look_at, with_persons
from voicebot.store.dialects import insert_into
from voicebot.store.processes import this_process
from voicebot.store.standing import Standing

ON_THE_LINE: Final = "on_the_line"
"""Why a contact is put off while an attempt at its person, or at its telephone, goes on."""
PROMISED: Final = "promised"
"""Why a contact is put off while the money may come that its person promised."""
LINE_WAIT: Final = timedelta(minutes=1)
SOONEST: Final = timedelta(seconds=1)
"""Nothing is put off for less: it would be looked at again and again."""
PROMOTED_AT_ONCE: Final = 1000
"""Contacts that become due in one transaction: at eight in the morning it may be a million."""
_LOOKS: Final = (1, 4, 16, 64)
"""Contacts that are looked at together: usually the first one can be called, at night none can."""


async def claim(sql: AsyncConnection, campaign: str, now: datetime, decide: Decide, hash_of: HashOf) -> Claim:
    """Take the contact that goes first, and write its attempt."""
    await _promote(sql, campaign, now)
    blocked = Counter[str]()
    for looks in _LOOKS:
        rows = (await sql.execute(due(campaign, looks))).mappings().all()
        looked = await look_at(sql, rows, now, hash_of)
        dialled, put_off = await _first_to_dial(sql, looked, now, decide)
        await _put_off(sql, put_off, now)
        blocked.update(row["reason"] for row in put_off)
        if dialled is not None or len(rows) < looks:
            await _count(sql, campaign, blocked, now)
            return Claim(dialled, blocked)
    await _count(sql, campaign, blocked, now)
    return Claim(None, blocked, more=True)


async def _promote(sql: AsyncConnection, campaign: str, now: datetime) -> None:
    """Contacts whose time has come are due."""
    come = (
        select(contacts.c.contact_id)
        .where(contacts.c.campaign == campaign, in_state("waiting"), contacts.c.next_at <= now)
        .order_by(contacts.c.next_at)
        .limit(PROMOTED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    await sql.execute(update(contacts).where(contacts.c.contact_id.in_(come)).values(state="due"))


def due(campaign: str, at_most: int) -> Select[Any]:
    """Those that go first. Whoever another dialer looks at is left to it: the contact and the person are
    locked until the transaction ends, so that no two of them decide about one person at once."""
    running = exists().where(campaigns.c.name == campaign, campaigns.c.state == CampaignState.RUNNING.value)
    return (
        with_persons()
        .where(contacts.c.campaign == campaign, in_state("due"), running)
        .order_by(
            contacts.c.asked_for.desc(),
            contacts.c.priority.desc(),
            contacts.c.next_at,
            contacts.c.contact_id,
        )
        .limit(at_most)
        .with_for_update(of=(contacts, persons), skip_locked=True, key_share=True)
    )


def in_state(state: str) -> ColumnElement[bool]:
    """Contacts in a state, written out: a parameter would keep PostgreSQL from the index of that state."""
    return contacts.c.state == literal_column(f"'{state}'")


async def _first_to_dial(
    sql: AsyncConnection, looked: Iterable[Looked], now: datetime, decide: Decide
) -> tuple[tuple[Candidate, Dial] | None, list[dict[str, Any]]]:
    """The first that is called, and what becomes of those before it."""
    put_off = list[dict[str, Any]]()
    for one in looked:
        busy = Postpone(now + LINE_WAIT, ON_THE_LINE)
        said = busy if one.on_the_line else _said(one.standing, now)
        decision: Decision = said or decide(one.candidate, one.history)
        if isinstance(decision, Dial):
            if await _begin(sql, one.candidate, decision, now):
                return (one.candidate, decision), put_off
            decision = busy
        put_off.append(_as_put_off(one.candidate.contact_id, decision, now))
    return None, put_off


def _said(standing: Standing, now: datetime) -> Close | Postpone | None:
    """What was said in any call, of any campaign or none, comes before all rules."""
    if standing.held:
        return Close(ContactState.HELD, standing.held)
    if standing.promised_until and standing.promised_until > now:
        return Postpone(standing.promised_until, PROMISED)
    return None


async def _begin(sql: AsyncConnection, candidate: Candidate, dial: Dial, now: datetime) -> bool:
    """Write the attempt. False where one at this number goes on, or has just shown that it is dead."""
    holder = str(this_process())
    attempt = {
        "attempt_id": dial.attempt_id,
        "campaign": candidate.campaign,
        "contact_id": candidate.contact_id,
        "account_id": candidate.account_id,
        "person_id": candidate.person.person_id,
        "e164": dial.e164,
        "trunk": dial.trunk,
        "caller_id": dial.caller_id,
        "placed_at": now,
        "held_by": holder,
    }
    written = await sql.execute(insert_into(sql, attempts).values(attempt).on_conflict_do_nothing())
    if not written.rowcount:
        return False
    # Nobody else can dial it from here on, so what is known of it now stays true; what was read before the
    # decision may be older than the end of another attempt.
    if (await health_of(sql, {dial.e164}))[dial.e164].dead:
        await sql.execute(delete(attempts).where(attempts.c.attempt_id == dial.attempt_id))
        return False
    claimed = {
        "state": ContactState.CLAIMED.value,
        "claimed_by": holder,
        "attempt_id": dial.attempt_id,
        "attempts": contacts.c.attempts + 1,
        "updated_at": now,
    }
    await sql.execute(update(contacts).where(contacts.c.contact_id == candidate.contact_id).values(claimed))
    return True


def _as_put_off(contact_id: int, decision: Postpone | Close, now: datetime) -> dict[str, Any]:
    match decision:
        case Postpone(until, reason):
            state, next_at = ContactState.WAITING, max(until, now + SOONEST)
            return {"of": contact_id, "state": state.value, "next_at": next_at, "reason": reason}
        case Close(state, reason):
            return {"of": contact_id, "state": state.value, "next_at": None, "reason": reason}
        case other:
            assert_never(other)


async def _put_off(sql: AsyncConnection, put_off: list[dict[str, Any]], now: datetime) -> None:
    if put_off:
        changed: dict[str, Any] = {name: bindparam(name) for name in ("state", "next_at", "reason")}
        of = contacts.c.contact_id == bindparam("of")
        await sql.execute(update(contacts).where(of).values(**changed, updated_at=now), put_off)


async def _count(sql: AsyncConnection, campaign: str, blocked: Mapping[str, int], now: datetime) -> None:
    """Last of all and in a fixed order, so that two claims of this process never wait for each other."""
    row = {"campaign": campaign, "day": now.astimezone(UTC).date(), "held_by": str(this_process())}
    for reason, times in sorted(blocked.items()):
        new = insert_into(sql, blocks).values(row | {"reason": reason, "times": times})
        more = {"times": blocks.c.times + new.excluded.times}
        await sql.execute(new.on_conflict_do_update(index_elements=list(blocks.primary_key), set_=more))
