"""Calls that a crash left in progress: which they are, and how they end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Case, ColumnElement, and_, case, exists, or_

from voicebot.disposition import SAID_IN_CALL, Disposition
from voicebot.store.presence import LONGEST
from voicebot.store.tables import calls, promises, requests


def left_behind(alive: Mapping[str, bool | None], now: datetime) -> ColumnElement[bool]:
    """The calls that nobody holds any more; ``alive`` is of ``presence.living``.

    Where nobody knows, time decides. So it does for calls without a holder: an older voicebot began them, and
    may be finishing them beside its successor.
    """
    dead = calls.c.held_by.in_([holder for holder in alive if alive[holder] is False])
    unseen = calls.c.held_by.in_([holder for holder in alive if alive[holder] is None])
    return or_(dead, and_(or_(unseen, calls.c.held_by.is_(None)), calls.c.started_at < now - LONGEST))


def ending() -> Case[str]:
    """As what was asked for says where it keeps us from calling, else its promise, else
    ``TECHNICAL_FAILURE``."""
    asked = requests.c.call_id == calls.c.call_id
    said = [(exists().where(asked, requests.c.kind == kind), end.value) for end, kind in SAID_IN_CALL.items()]
    promised = exists().where(promises.c.call_id == calls.c.call_id)
    return case(
        *said,
        (promised.where(promises.c.whole), Disposition.RPC_PROMISE.value),
        (promised, Disposition.RPC_PARTIAL_PROMISE.value),
        else_=Disposition.TECHNICAL_FAILURE.value,
    )
