from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select, update

from tests.store.portfolio import a_campaign, a_portfolio, the_contacts
from tests.store.records import BEGINNING
from voicebot.calls.requests import Decision
from voicebot.commands.holding import list_held, release_held
from voicebot.disposition import Request, RequestKind
from voicebot.errors import CampaignError
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings
from voicebot.store.campaign_tables import releases
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.tables import accounts

DECISION = Decision("supervisor", "the number is on file now")


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Of a campaign in which three people are held for want of a caller id, one of them with an attorney."""
    settings = load_settings(var_dir=tmp_path / "var")
    async with open_records(settings) as store:
        await a_campaign(store.database)
        await a_portfolio(store.database, 3, state="held", reason="no_caller_id_for_country")
        await a_portfolio(store.database, 4, first=4)
        await store.call_started("call 1", **BEGINNING, account_id="a3")
        await store.record_request("call 1", Request(RequestKind.ATTORNEY))
    return settings


async def states(settings: Settings) -> dict[str, str]:
    async with open_records(settings) as store:
        return {account: row["state"] for account, row in (await the_contacts(store.database)).items()}


async def test_who_is_held_is_listed_with_the_reason_and_the_requests_behind_it(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await list_held(settings, "november", Console(), as_json=True)
    held = json.loads(capsys.readouterr().out)
    assert [(one["account_id"], one["open_requests"]) for one in held] == [
        ("a1", []),
        ("a2", []),
        ("a3", [1]),
    ]
    assert {one["reason"] for one in held} == {"no_caller_id_for_country"}
    await list_held(settings, "november", Console(width=200), as_json=False)
    assert "no_caller_id_for_country" in capsys.readouterr().out


async def test_one_account_is_released_and_it_is_known_by_whom_and_why(settings: Settings) -> None:
    told = await release_held(settings, "november", ["a1"], "", DECISION)
    assert told == "1 contacts may be called again"
    assert await states(settings) == {"a1": "waiting", "a2": "held", "a3": "held", "a4": "waiting"}
    async with open_records(settings) as store, store.database.engine.connect() as sql:
        (row,) = (await sql.execute(select(releases))).mappings()
    assert (row["released_by"], row["why"], row["was"]) == (
        "supervisor",
        "the number is on file now",
        "no_caller_id_for_country",
    )


async def test_all_of_one_reason_are_released_but_whom_an_open_request_holds(settings: Settings) -> None:
    told = await release_held(settings, "november", [], "no_caller_id_for_country", DECISION)
    assert told.splitlines() == [
        "2 contacts may be called again",
        "a3 stays held by request 1: voicebot requests done ID --call-again",
    ]
    assert await states(settings) == {"a1": "waiting", "a2": "waiting", "a3": "held", "a4": "waiting"}


async def test_who_owes_nothing_any_more_is_not_put_back_on_the_list(settings: Settings) -> None:
    async with open_records(settings) as store, store.database.engine.begin() as sql:
        await sql.execute(update(accounts).where(accounts.c.account_id == "a1").values(balance=0))
    await release_held(settings, "november", ["a1"], "", DECISION)
    assert (await states(settings))["a1"] == "closed"


@pytest.mark.parametrize(
    ("account_ids", "reason", "why", "told"),
    [
        ([], "", "x", "say whom to release"),
        (["a1"], "no_rules", "x", "say whom to release"),
        (["a1"], "", "", "--why TEXT"),
        (["a4"], "", "x", "not held in campaign november: a4"),
    ],
)
async def test_what_cannot_be_released_is_told(
    settings: Settings, account_ids: list[str], reason: str, why: str, told: str
) -> None:
    with pytest.raises(CampaignError, match=told):
        await release_held(settings, "november", account_ids, reason, Decision("supervisor", why))


async def test_progress_tells_why_contacts_are_held(settings: Settings) -> None:
    async with open_records(settings) as store:
        (progress,) = await SqlContactQueue(store.database).progress("november")
    assert progress.as_json()["held"] == {"no_caller_id_for_country": 3}
