"""Contacts that a person looks at first, and how they come back to the list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from voicebot.campaigns.retry import HELD
from voicebot.disposition import HOLDS_DEBT, HOLDS_PERSON, SAID_IN_CALL, RequestKind

REQUEST_BEHIND: Final[Mapping[str, RequestKind]] = {
    **{why: SAID_IN_CALL[disposition] for disposition, why in HELD.items()},
    **{kind.value: kind for kind in HOLDS_PERSON | HOLDS_DEBT},
}
"""The request on record behind a reason for which a contact is held, by its own call or by another; reasons
that are not here, such as a consent that lacks, are in no call."""


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A contact that nobody calls before a person has looked at it."""

    campaign: str
    account_id: str
    person_id: str
    since: datetime
    reason: str
    requests: tuple[int, ...] = ()
    """Those open that hold it: it comes back when they are closed, and not before."""
