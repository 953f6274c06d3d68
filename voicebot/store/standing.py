"""What people said in any call that stands between them and the next dial, in every campaign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Date, cast, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.disposition import HOLDS_DEBT, HOLDS_PERSON
from voicebot.store.promising import zone_of
from voicebot.store.tables import accounts, promises, requests

_PROMISE: Final = "promise"
"""Among kinds of requests, and none of them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps a contact from being called."""

    held: str | None = None
    """The kind of request that a person works off before anybody calls."""
    promised_until: datetime | None = None
    """When the money may still come that the person promised, for this debt or another."""


NOTHING_SAID: Final = Standing()


async def standing(sql: AsyncConnection, rows: Sequence[Mapping[Any, Any]]) -> dict[int, Standing]:
    """By contact; ``rows`` are contacts with the ``time_zone`` of their person."""
    whose = ("person_id", "account_id")
    theirs = or_(*(accounts.c[name].in_({row[name] for row in rows}) for name in whose))
    asked = (
        select(requests.c.kind, accounts.c.account_id, accounts.c.person_id, *_no_promise())
        .join_from(requests, accounts, requests.c.account_id == accounts.c.account_id)
        .where(theirs, requests.c.status == "open", requests.c.kind.in_(HOLDS_PERSON | HOLDS_DEBT))
    )
    promised = (
        select(literal(_PROMISE), accounts.c.account_id, accounts.c.person_id, *_PROMISED)
        .join_from(promises, accounts, promises.c.account_id == accounts.c.account_id)
        .where(theirs, promises.c.status == PromiseStatus.OPEN.value)
    )
    said = (await sql.execute(union_all(asked, promised))).all()
    return {row["contact_id"]: _of(row, said) for row in rows}


_PROMISED: Final = (promises.c.due_by, promises.c.grace_days)


def _no_promise() -> tuple[Any, ...]:
    return cast(null(), Date).label("due_by"), literal(0).label("grace_days")


def _of(row: Mapping[Any, Any], said: Iterable[Any]) -> Standing:
    own = [one for one in said if one.account_id == row["account_id"]]
    others = [one for one in said if one not in own and one.person_id == row["person_id"]]
    held = [one.kind for one in own if one.kind != _PROMISE]
    held += [one.kind for one in others if one.kind in HOLDS_PERSON]
    # A contact with a flow of its own is called about its promise, and a call back is what they asked for.
    counted = others if row["flow"] or row["asked_for"] else [*own, *others]
    ends = [_end(one, row["time_zone"]) for one in counted if one.kind == _PROMISE and one.due_by]
    return Standing(next(iter(held), None), max(ends, default=None))


def _end(promise: Any, time_zone: str | None) -> datetime:
    """Where the last of its days of grace ends, by the person's clock."""
    day = promise.due_by + timedelta(days=promise.grace_days + 1)
    return datetime.combine(day, time(), zone_of(time_zone) or UTC).astimezone(UTC)
