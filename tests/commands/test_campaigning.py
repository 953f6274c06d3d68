"""Campaigns as commands start, stop and show them, over a database of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import update

from voicebot.campaigns.files import read_campaign_file
from voicebot.campaigns.progress import NO_SERVER
from voicebot.campaigns.queue import CampaignState
from voicebot.commands.campaigning import (
    list_campaigns,
    resume_campaign,
    start_campaign,
    tell_campaign,
    watch_campaign,
)
from voicebot.errors import CampaignError, FlowError
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings
from voicebot.store.campaign_tables import campaigns
from voicebot.store.dialling import SqlContactQueue

EXAMPLE = Path(__file__).parents[2] / "docs" / "campaign.example.yaml"
SMALL = 'trunk: carrier\nlines: 5\ncaller_ids: [{number: "+56221234567"}]\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "march.yaml").write_text(SMALL)
    return load_settings(
        var_dir=tmp_path / "var",
        campaigns_dir=tmp_path,
        ari={"password": "secret"},
        telephony={"trunks": {"carrier": {"max_calls": 5}}},
        calls={"at_most": 40},
    )


async def state(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    await watch_campaign(settings, "march", Console(), as_json=True)
    told: str = json.loads(capsys.readouterr().out)["state"]
    return told


def test_the_example_of_the_docs_can_be_dialled() -> None:
    assert read_campaign_file(EXAMPLE).missing == ()


async def test_a_campaign_is_started_paused_resumed_and_drained(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    started = await start_campaign(settings, "march")
    assert str(started) == "campaign march is running; it has no contacts yet: voicebot campaign import"
    assert str(await tell_campaign(settings, "march", CampaignState.PAUSED)) == "campaign march is paused"
    assert await state(settings, capsys) == CampaignState.PAUSED
    assert "march is running" in str(await resume_campaign(settings, "march"))
    assert await state(settings, capsys) == CampaignState.RUNNING
    assert "march is draining" in str(await tell_campaign(settings, "march", CampaignState.DRAINING))
    assert await state(settings, capsys) == CampaignState.DRAINING


async def test_what_a_campaign_was_told_is_one_object_for_another_program(settings: Settings) -> None:
    told = json.loads((await start_campaign(settings, "march")).as_json())
    assert (told["campaign"], told["state"], told["live"]) == ("march", "running", 0)


async def test_a_start_says_what_keeps_dials_under_the_lines(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "march.yaml").write_text(
        SMALL.replace("lines: 5", "lines: 30") + "pacing: {mode: power, ratio: 2}\n"
    )
    trunk, places = (await start_campaign(settings, "march")).notes
    assert "60 at once, but its trunks carry 5" in trunk
    assert "60 at once, but a process has 40 places" in places


async def test_a_start_says_that_a_flow_has_no_message_for_the_machines_that_should_hear_one(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "march.yaml").write_text(SMALL + "flow: reception\nvoicemail: message\n")
    (note,) = (await start_campaign(settings, "march")).notes
    assert "no messages.voicemail in reception" in note


async def test_a_campaign_whose_file_was_spoilt_in_the_pause_is_not_resumed(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await start_campaign(settings, "march")
    await tell_campaign(settings, "march", CampaignState.PAUSED)
    (tmp_path / "march.yaml").write_text(SMALL + "follow_up: {flow: nowhere}\n")
    with pytest.raises(FlowError, match="nowhere"):
        await resume_campaign(settings, "march")
    assert await state(settings, capsys) == CampaignState.PAUSED


async def test_what_is_missing_is_told_at_once(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "march.yaml").write_text("trunk: other\n")
    with pytest.raises(CampaignError) as refused:
        await start_campaign(settings, "march")
    assert "caller_ids" in str(refused.value)
    assert "telephony.trunks.other" in str(refused.value)


async def test_people_are_not_called_in_a_language_that_is_heard_for_demonstrations_only(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "march.yaml").write_text(SMALL + "language: es\n")
    with pytest.raises(
        CampaignError, match=r"hears es .*: another stt\.engine .* stt\.allow_demo_grade: true"
    ):
        await start_campaign(settings, "march")
    trial = settings.stt.model_copy(update={"allow_demo_grade": True})
    told = await start_campaign(settings.model_copy(update={"stt": trial}), "march")
    assert "march is running" in str(told)


async def test_a_campaign_that_was_never_started_cannot_be_paused(settings: Settings) -> None:
    with pytest.raises(CampaignError, match="voicebot campaign start march"):
        await tell_campaign(settings, "march", CampaignState.PAUSED)


async def test_a_name_that_is_not_on_record_is_told_with_those_that_are(settings: Settings) -> None:
    await start_campaign(settings, "march")
    with pytest.raises(CampaignError, match="known are march"):
        await tell_campaign(settings, "marhc", CampaignState.PAUSED)


async def test_a_campaign_that_no_server_looks_after_says_so_and_one_that_is_held_back_says_why(
    settings: Settings,
) -> None:
    await start_campaign(settings, "march")
    assert await notice(settings) is None  # it has only just been started
    async with open_records(settings) as store:
        async with store.database.engine.begin() as sql:
            await sql.execute(update(campaigns).values(changed_at=datetime(2026, 11, 1, tzinfo=UTC)))
        assert await notice(settings) == NO_SERVER
        await SqlContactQueue(store.database).looked_after("march", datetime.now(UTC), "nobody is at work")
    assert await notice(settings) == "nobody is at work"
    await tell_campaign(settings, "march", CampaignState.PAUSED)
    assert await notice(settings) is None


async def notice(settings: Settings) -> str | None:
    """What ``list`` says of the campaign besides its figures."""
    console = Console(width=80, record=True, file=StringIO())
    await list_campaigns(settings, console, as_json=False)
    told = [line for line in console.export_text().splitlines() if line.startswith("march: ")]
    return told[0].removeprefix("march: ") if told else None


async def test_campaigns_are_listed_with_those_that_are_only_written(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "april.yaml").touch()
    await start_campaign(settings, "march")
    await list_campaigns(settings, Console(), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [one["campaign"] for one in told["campaigns"]] == ["march"]
    assert told["written"] == ["april"]


async def test_a_list_for_people_shows_the_same(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "april.yaml").touch()
    await start_campaign(settings, "march")
    console = Console(width=160, record=True, quiet=False)
    await list_campaigns(settings, console, as_json=False)
    told = console.export_text()
    assert "march" in told
    assert "not started" in told


async def test_a_campaign_that_is_done_is_shown_once(settings: Settings) -> None:
    await start_campaign(settings, "march")
    await tell_campaign(settings, "march", CampaignState.DONE)
    console = Console(width=120, record=True)
    await watch_campaign(settings, "march", console, as_json=False)
    told = console.export_text().splitlines()
    assert told[0].startswith("march  done   0 of 0 contacts")
    assert any(line.startswith("lines") and "0 calls go on" in line for line in told)
