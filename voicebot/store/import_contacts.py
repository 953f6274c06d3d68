"""The contacts of a file in its campaign as rows: when each is called, or why nobody calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.choosing import NO_PHONE
from voicebot.campaigns.retry import ContactState
from voicebot.contact.verdict import Reason
from voicebot.store.campaign_tables import contacts
from voicebot.store.closing import ABSENT
from voicebot.store.import_job import Loadable

REFUSED: Final = "the file says that they are not called"
_MENDED: Final = frozenset(
    {
        ABSENT,
        REFUSED,
        NO_PHONE,
        Reason.NO_RULES,
        Reason.CHANNEL_NOT_AUTHORISED,
        Reason.NO_CONSENT,
        Reason.UNKNOWN_ZONE,
    }
)
"""Why nobody calls a contact that a new row about it opens again."""


def stays_held(before: Mapping[Any, Any] | None) -> bool:
    """Whether a person goes on having to look at a contact: another file is no answer to what was said."""
    if before is None or before["state"] != ContactState.HELD.value:
        return False
    return before["reason"] not in _MENDED


class ImportedContacts:
    """Writes the contacts of rows."""

    def __init__(self, sql: AsyncConnection, campaign: str, now: datetime) -> None:
        self._sql = sql
        self._campaign = campaign
        self._now = now

    async def put(
        self, new: Sequence[Loadable], changed: Sequence[tuple[Loadable, Mapping[Any, Any]]]
    ) -> None:
        """Write those that are new, and those that changed beside what was known of them."""
        if new:
            first = [self._contact(row) | self._ready(row) for row in new]
            await self._sql.execute(insert(contacts), first)
        again = [
            {f"new_{name}": value for name, value in {**self._contact(row), **state}.items()}
            | {"its_id": before["contact_id"]}
            for row, before in changed
            for state in [self._state_after(row, before)]
        ]
        for values in _alike(again):
            names = [name for name in values[0] if name != "its_id"]
            put = update(contacts).where(contacts.c.contact_id == bindparam("its_id"))
            put = put.values({name.removeprefix("new_"): bindparam(name) for name in names})
            await self._sql.execute(put, values)

    def _contact(self, row: Loadable) -> dict[str, Any]:
        return {
            "campaign": self._campaign,
            "account_id": row.contact.account_ref,
            "person_id": row.contact.person_id,
            "priority": row.contact.priority,
            "row_hash": row.digest,
            "updated_at": self._now,
        }

    def _ready(self, row: Loadable) -> dict[str, Any]:
        if row.not_called:
            return {"state": ContactState.CLOSED.value, "next_at": None, "reason": REFUSED}
        return {"state": ContactState.WAITING.value, "next_at": self._now, "reason": None}

    def _state_after(self, row: Loadable, before: Mapping[Any, Any]) -> dict[str, Any]:
        """What was reached, or is held for a person, stays so whatever a new file says of the debt."""
        was_open = before["state"] in (ContactState.WAITING.value, ContactState.DUE.value)
        state = self._ready(row) if before["reason"] in _MENDED or (was_open and row.not_called) else {}
        known = {phone.e164 for phone in row.contact.phones}
        return state if before["asked_for"] or before["phone"] in known else {**state, "phone": None}


def _alike(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Rows of the same columns together, as one statement can write them."""
    by_names: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_names.setdefault(tuple(row), []).append(row)
    return by_names.values()
