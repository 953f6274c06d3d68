import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.records import BEGINNING
from voicebot.commands.requests import close_request, list_requests
from voicebot.disposition import Request, RequestKind
from voicebot.errors import RequestError
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings


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
    assert await close_request(settings, 1) == "request 1 is done"
    assert [columns(line)[1] for line in (await list_requests(settings)).splitlines()] == ["done", "open"]
    assert [columns(line)[0] for line in (await list_requests(settings, open_only=True)).splitlines()] == [
        "2"
    ]
    await close_request(settings, 2)
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
        await close_request(settings, 7)


def test_requests_are_worked_off_by_two_commands(settings: Settings) -> None:
    def voicebot(*arguments: str) -> str:
        command = (sys.executable, "-m", "voicebot", "requests", *arguments)
        environment = {"VOICEBOT_VAR_DIR": str(settings.var_dir)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert voicebot("done", "2") == "request 2 is done\n"
    assert columns(voicebot("list", "--open"))[3] == "call_back"
    assert [one["status"] for one in json.loads(voicebot("list", "--json"))] == ["open", "done"]
