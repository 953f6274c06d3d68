"""Machines that are not seen any more, as operators list them and give them up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from tests.store.records import a_call_elsewhere
from voicebot.commands.campaigning import list_campaigns
from voicebot.commands.processes import give_up_processes, list_processes
from voicebot.errors import ProcessError
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Of an installation whose other machine holds a call and is not seen."""
    settings = load_settings(var_dir=tmp_path / "var", campaigns_dir=tmp_path)
    async with open_records(settings) as store:
        await a_call_elsewhere(store)
    return settings


async def test_a_machine_that_is_not_seen_is_listed_until_it_is_given_up(settings: Settings) -> None:
    assert "a process of web-2 holds 1 call" in await list_processes(settings)
    (told,) = json.loads(await list_processes(settings, as_json=True))
    assert (told["host"], told["calls"], told["seen_at"]) == ("web-2", 1, None)
    assert (await give_up_processes(settings, "web-2")).startswith("given up: 1 process of web-2, 1 call;")
    assert await list_processes(settings) == "every process that holds calls is seen"


async def test_a_machine_that_is_not_missing_cannot_be_given_up(settings: Settings) -> None:
    with pytest.raises(ProcessError, match="no process of web-3 is missing"):
        await give_up_processes(settings, "web-3")


async def test_it_is_named_where_campaigns_are_listed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await list_campaigns(settings, Console(width=300), as_json=False)
    assert "voicebot processes gone web-2" in capsys.readouterr().out
    await list_campaigns(settings, Console(), as_json=True)
    assert [one["host"] for one in json.loads(capsys.readouterr().out)["processes_not_seen"]] == ["web-2"]
