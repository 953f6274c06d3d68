"""Contacts that nobody calls any more because of something that happened outside of a call."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Update, case, update

from voicebot.campaigns.retry import ContactState
from voicebot.store.campaign_tables import contacts

PAID: Final = "the debt is paid"
ABSENT: Final = "not in the last full file"
PROMISED: Final = "a promise was made in another call"
ENDS: Final = {PAID: ContactState.CLOSED, ABSENT: ContactState.CLOSED, PROMISED: ContactState.DONE}
"""All that closes them, and how they end by it; other reasons tell why they wait."""
_ON_THE_LINE: Final = contacts.c.state == ContactState.CLAIMED.value
OPEN: Final = contacts.c.state.in_(
    [ContactState.WAITING.value, ContactState.DUE.value, ContactState.CLAIMED.value]
)
"""Who may still be called, or is at this moment."""


def call_no_more(which: ColumnElement[bool], why: str, now: datetime) -> Update:
    """End contacts for one of ``ENDS``; those that are being called keep the reason, and end so when their
    call ends without another outcome (``finishing``)."""
    state = case((_ON_THE_LINE, contacts.c.state), else_=ENDS[why].value)
    return update(contacts).where(which, OPEN).values(state=state, next_at=None, reason=why, updated_at=now)
