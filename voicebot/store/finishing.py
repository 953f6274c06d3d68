"""How attempts end: what that tells of the telephone, and what follows for the contact and the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.numbers import after_attempt
from voicebot.campaigns.queue import Attempted, Ended, Follow
from voicebot.campaigns.retry import ContactState, Next, Over, TryAgain
from voicebot.disposition import Disposition
from voicebot.store import closing
from voicebot.store.campaign_tables import attempts, contacts, numbers, persons
from voicebot.store.candidates import health_of, look_at, with_persons
from voicebot.store.claiming import in_state
from voicebot.store.dialects import insert_into

ACCOUNT_REMOVED = Over(ContactState.CLOSED, "the account was removed")


async def finish(sql: AsyncConnection, ended: Ended, follow: Follow) -> Next | None:
    """Write how an attempt ended and what follows; ``None`` when that was done before."""
    going_on = attempts.c.attempt_id == ended.attempt_id, attempts.c.ended_at.is_(None)
    found = await sql.execute(select(attempts).where(*going_on).with_for_update())
    attempt = found.mappings().first()
    if attempt is None:
        return None
    await _tell_of_number(sql, attempt["e164"], ended)
    then = await _what_follows(sql, attempt, ended, follow)
    # Last: a claim that finds the person free again also finds what follows.
    row = asdict(ended) | {"ended_at": ended.at, "disposition": ended.disposition.value}
    del row["at"]
    await sql.execute(update(attempts).where(*going_on).values(row))
    return then


async def _tell_of_number(sql: AsyncConnection, e164: str, ended: Ended) -> None:
    before = (await health_of(sql, {e164}))[e164]
    phone = after_attempt(before, ended.disposition)
    if phone != before:
        told = {"state": phone.state.value, "misses": phone.misses, "changed_at": ended.at}
        row = insert_into(sql, numbers).values(told | {"e164": e164})
        await sql.execute(row.on_conflict_do_update(index_elements=[numbers.c.e164], set_=told))


async def _what_follows(
    sql: AsyncConnection, attempt: Mapping[Any, Any], ended: Ended, follow: Follow
) -> Next:
    of = contacts.c.contact_id == attempt["contact_id"], contacts.c.attempt_id == attempt["attempt_id"]
    # Locked, so that whatever closes the contact meanwhile is seen here, or sees what is written here.
    found = await sql.execute(
        with_persons().where(*of).with_for_update(of=(contacts, persons), key_share=True)
    )
    rows = found.mappings().all()
    if not rows:
        return ACCOUNT_REMOVED
    (looked,) = await look_at(sql, rows, ended.at, None)
    past = [
        (dial.placed_at, Disposition(dial.disposition))
        for dial in looked.dials
        if dial.disposition is not None
    ]
    past.append((attempt["placed_at"], ended.disposition))
    then = follow(Attempted(looked.candidate, attempt["e164"], attempt["trunk"], past))
    if isinstance(then, TryAgain) and (why := rows[0]["reason"]) in closing.ENDS:  # since it was claimed
        then = Over(closing.ENDS[why], why)
    changed = {**_as_row(then), "disposition": ended.disposition.value, "updated_at": ended.at}
    await sql.execute(update(contacts).where(*of, in_state("claimed")).values(changed))
    if isinstance(then, Over) and then.rests_until is not None:
        await _rest(sql, attempt["person_id"], then.rests_until, then.why)
    return then


def _as_row(then: Next) -> dict[str, Any]:
    match then:
        case TryAgain(at, phone, other_than, asked_for):
            return {
                "state": ContactState.WAITING.value,
                "next_at": at,
                "phone": phone,
                "other_than_trunk": other_than,
                "asked_for": asked_for,
                "reason": None,
                "claimed_by": None,
            }
        case Over(state, why):
            return {
                "state": state.value,
                "next_at": None,
                "asked_for": False,
                "reason": why,
                "claimed_by": None,
            }
        case other:
            assert_never(other)


async def _rest(sql: AsyncConnection, person_id: str, until: datetime, why: str) -> None:
    """Nothing else is begun with this person before then."""
    later = or_(in_state("due"), in_state("waiting")), contacts.c.next_at < until
    await sql.execute(
        update(contacts)
        .where(contacts.c.person_id == person_id, *later)
        .values(state=ContactState.WAITING.value, next_at=until, reason=why)
    )
