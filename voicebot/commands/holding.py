"""Contacts that a person looks at first, as operators list them and let them be called again."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from voicebot.calls.requests import Decision
from voicebot.campaigns.holding import HeldContact
from voicebot.errors import CampaignError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.dialling import SqlContactQueue


async def list_held(settings: Settings, name: str, console: Console, *, as_json: bool) -> None:
    """Print the contacts of a campaign that a person looks at first, the oldest first.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        held = await SqlContactQueue(store.database).held(name)
    if as_json:
        print(_listed(held))
        return
    table = Table("account", "person", "since", "reason", "open requests")
    for one in held:
        since = f"{one.since.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(one.account_id, one.person_id, since, one.reason, _numbers(one))
    console.print(table if held else f"nobody in campaign {name} is held")


async def release_held(
    settings: Settings,
    name: str,
    accounts: Collection[str],
    reason: str,
    decision: Decision,
    *,
    as_json: bool = False,
) -> str:
    """Let held contacts be called again: those of some accounts, or all that one reason holds; in words, or
    as a JSON list of those that were held, where ``open_requests`` go on holding some.

    Raises:
        CampaignError: neither is told, why is not, or an account is not held.
        StoreError: it could not be written.
    """
    if bool(accounts) == bool(reason):
        raise CampaignError("say whom to release: accounts, or --reason as voicebot campaign held tells it")
    if not decision.why.strip():
        raise CampaignError("say why they may be called again, for the record: --why TEXT")
    async with open_records(settings) as store:
        queue = SqlContactQueue(store.database)
        found = await queue.release(name, accounts, reason, decision, datetime.now(UTC))
    if lacking := set(accounts) - {one.account_id for one in found}:
        raise CampaignError(f"not held in campaign {name}: {', '.join(sorted(lacking))}")
    return _listed(found) if as_json else "\n".join(_released(found))


def _released(found: Sequence[HeldContact]) -> list[str]:
    stay = [one for one in found if one.requests]
    lines = [f"{len(found) - len(stay)} contacts may be called again"]
    return lines + [
        f"{one.account_id} stays held by request {_numbers(one)}: voicebot requests done ID --call-again"
        for one in stay
    ]


def _listed(held: Sequence[HeldContact]) -> str:
    return json.dumps([_as_json(one) for one in held], indent=2)


def _numbers(one: HeldContact) -> str:
    return ", ".join(map(str, one.requests))


def _as_json(one: HeldContact) -> dict[str, object]:
    return {
        "campaign": one.campaign,
        "account_id": one.account_id,
        "person_id": one.person_id,
        "since": one.since.isoformat(),
        "reason": one.reason,
        "open_requests": list(one.requests),
    }
