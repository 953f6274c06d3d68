import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from tests.store.portfolio import NOW, a_campaign, a_portfolio
from tests.store.records import BEGINNING
from voicebot.calls.requests import Decision
from voicebot.campaigns.retry import HELD
from voicebot.commands.requests import close_request, list_requests
from voicebot.disposition import Disposition, Request, RequestKind
from voicebot.errors import RequestError
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings
from voicebot.store.campaign_tables import contacts, releases

DECISION = Decision("supervisor", "looked into")


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Of a day on which two people asked for something."""
    settings = load_settings(var_dir=tmp_path / "var")
    async with open_records(settings) as store:
        await store.call_started("call 1", **BEGINNING, account_id="4711")
        await store.record_request("call 1", Request(RequestKind.CALL_BACK, {"date": "2026-12-01"}))
        await store.call_started("call 2", **BEGINNING)
        await store.record_request("call 2", Request(RequestKind.OPT_OUT))
    return settings


def columns(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell]


async def test_requests_are_listed_one_a_line_the_oldest_first(settings: Settings) -> None:
    first, second = (columns(line) for line in (await list_requests(settings)).splitlines())
    assert first[:2] + first[3:] == ["1", "open", "call_back", "4711", "es", "call 1", "date=2026-12-01"]
    assert second[:2] + second[3:] == ["2", "open", "opt_out", "no account", "es", "call 2"]


async def test_what_is_done_is_open_no_longer(settings: Settings) -> None:
    assert await close_request(settings, 1, DECISION) == "request 1 is done"
    assert [columns(line)[1] for line in (await list_requests(settings)).splitlines()] == ["done", "open"]
    assert [columns(line)[0] for line in (await list_requests(settings, open_only=True)).splitlines()] == [
        "2"
    ]
    await close_request(settings, 2, DECISION)
    assert await list_requests(settings, open_only=True) == "no requests"


async def test_another_program_reads_them_as_json(settings: Settings) -> None:
    first, second = json.loads(await list_requests(settings, as_json=True))
    assert first.pop("created_at").endswith("+00:00")
    assert first == {
        "request_id": 1,
        "status": "open",
        "kind": "call_back",
        "account_id": "4711",
        "language": "es",
        "call_id": "call 1",
        "details": {"date": "2026-12-01"},
    }
    assert (second["account_id"], second["details"]) == (None, {})


async def test_a_request_that_there_is_not_cannot_be_done(settings: Settings) -> None:
    with pytest.raises(
        RequestError, match="there is no request 7: voicebot requests list tells which there are"
    ):
        await close_request(settings, 7, DECISION)


async def held(settings: Settings, kind: RequestKind = RequestKind.DECEASED) -> None:
    """A person is kept from being called in two campaigns by request 3."""
    async with open_records(settings) as store:
        for name in ("march", "november"):
            await a_campaign(store.database, name)
        await a_portfolio(store.database, 1, state="held", reason="deceased")
        async with store.database.engine.begin() as sql:
            again = {"campaign": "march", "account_id": "a1", "person_id": "p1", "state": "held"}
            why = HELD[Disposition.DECEASED]
            await sql.execute(insert(contacts).values(again | {"reason": why, "updated_at": NOW}))
        await store.call_started("call 3", **BEGINNING, account_id="a1")
        await store.record_request("call 3", Request(kind))


async def states(settings: Settings) -> list[tuple[str, str | None]]:
    async with open_records(settings) as store, store.database.engine.connect() as sql:
        wanted = select(contacts.c.state, contacts.c.reason).order_by(contacts.c.contact_id)
        return [(state, reason) for state, reason in await sql.execute(wanted)]


async def test_a_request_that_holds_somebody_needs_a_decision(settings: Settings) -> None:
    await held(settings)
    with pytest.raises(RequestError, match="say --call-again or --never-call, and --why"):
        await close_request(settings, 3, DECISION)
    with pytest.raises(RequestError, match="--why TEXT"):
        await close_request(settings, 3, Decision("supervisor", " "), call_again=True)
    assert [state for state, _ in await states(settings)] == ["held", "held"]
    assert "3" in (await list_requests(settings, open_only=True)).splitlines()[-1]


async def test_whoever_lives_after_all_may_be_called_again_in_every_campaign_and_it_is_known_who_said_so(
    settings: Settings,
) -> None:
    await held(settings)
    told = await close_request(settings, 3, DECISION, call_again=True)
    assert told == "request 3 is done\nmay be called again: a1 in november, a1 in march"
    assert await states(settings) == [("waiting", None), ("waiting", None)]
    done = json.loads(await list_requests(settings, as_json=True))[2]
    assert (done["closed_by"], done["closed_why"]) == ("supervisor", "looked into")
    async with open_records(settings) as store, store.database.engine.connect() as sql:
        kept = (await sql.execute(select(releases))).mappings().all()
    assert [(row["campaign"], row["was"], row["released_by"], row["why"]) for row in kept] == [
        ("november", "deceased", "supervisor", "looked into"),
        ("march", "the person has died", "supervisor", "looked into"),
    ]


async def test_whoever_is_never_called_is_spared_by_the_same_stroke(settings: Settings) -> None:
    await held(settings)
    told = await close_request(settings, 3, DECISION, never_call=True)
    assert told == "request 3 is done\nperson p1 is never called again"
    async with open_records(settings) as store:
        (spared,) = await store.suppressions_of_person("p1")
    assert (spared.reason, spared.call_id) == ("looked into", "call 3")


async def test_one_of_two_requests_frees_nobody(settings: Settings) -> None:
    await held(settings)
    async with open_records(settings) as store:
        await store.record_request("call 3", Request(RequestKind.ATTORNEY))
    assert await close_request(settings, 3, DECISION, call_again=True) == "request 3 is done"
    assert [state for state, _ in await states(settings)] == ["held", "held"]
    told = await close_request(settings, 4, DECISION, call_again=True)
    assert told.endswith("may be called again: a1 in november, a1 in march")


async def test_who_is_held_for_something_else_stays_so(settings: Settings) -> None:
    await held(settings, RequestKind.ATTORNEY)
    assert await close_request(settings, 3, DECISION, call_again=True) == "request 3 is done"
    assert [state for state, _ in await states(settings)] == ["held", "held"]


def test_requests_are_worked_off_by_two_commands(settings: Settings) -> None:
    def voicebot(*arguments: str) -> str:
        command = (sys.executable, "-m", "voicebot", "requests", *arguments)
        environment = {"VOICEBOT_VAR_DIR": str(settings.var_dir)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert voicebot("done", "2") == "request 2 is done\n"
    assert columns(voicebot("list", "--open"))[3] == "call_back"
    assert [one["status"] for one in json.loads(voicebot("list", "--json"))] == ["open", "done"]
