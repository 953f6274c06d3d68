"""Where recorded calls and their facts come from: the database, or a file that the demo leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from voicebot.calls.accounts import Account
from voicebot.calls.record import CallRecord
from voicebot.errors import ReplayError

JOURNAL = "journal.json"
"""The demo's journal, beside its call.json."""


@dataclass(frozen=True, slots=True)
class Source:
    """One call that somebody wants to see again."""

    call_id: str
    events: Iterable[Mapping[str, Any]]
    facts: Mapping[str, object] = field(default_factory=dict)
    """Those that came with it."""


class Archive(Protocol):
    """Where calls and accounts are kept."""

    async def find_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call."""

    async def ended_calls(
        self, flow: str, *, since: datetime | None = None, last: int | None = None
    ) -> list[CallRecord]:
        """Answered calls of a flow, the oldest first."""

    async def find_account(self, account_id: str) -> Account | None:
        """What is known of an account."""


def from_file(path: Path) -> Source:
    """The call of a journal, or of the call.json that one lies beside.

    Raises:
        ReplayError: there is none, or it cannot be read.
    """
    beside = path.with_name(JOURNAL)
    path = beside if path.name == "call.json" and beside.exists() else path
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ReplayError(f"{path} cannot be read: {fault.strerror}") from None
    except ValueError:
        raise ReplayError(f"{path} is no JSON") from None
    if not isinstance(kept, dict) or "events" not in kept:
        raise ReplayError(f"{path} holds no journal: replay the {JOURNAL} that voicebot demo leaves")
    return Source(str(path), kept["events"], kept.get("facts", {}))


def from_record(record: CallRecord) -> Source:
    """The call of a record."""
    return Source(record.call_id, record.events)
