from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from tests.store.test_reporting import a_campaign, an_attempt
from voicebot.cli.app import app
from voicebot.records import open_records
from voicebot.settings import load_settings


async def prepare(var: Path) -> None:
    async with open_records(load_settings(var_dir=var)) as store:
        await a_campaign(store)
        await an_attempt(store, "one")


def test_a_report_is_printed_and_written(tmp_path: Path) -> None:
    var = tmp_path / "var"
    asyncio.run(prepare(var))
    written = ["--csv", str(tmp_path / "march.csv"), "--svg", str(tmp_path / "pictures")]
    here = {"VOICEBOT_VAR_DIR": str(var)}
    told = CliRunner().invoke(app, ["campaign", "report", "march", "--to", "2026-11-30", *written], env=here)
    assert told.exit_code == 0, told.output
    assert "Penetration" in told.output
    assert (tmp_path / "march.csv").read_text().startswith("campaign,from,to,kpi")
    assert {file.name for file in (tmp_path / "pictures").iterdir()} == {
        "answers.svg",
        "dispositions.svg",
        "funnel.svg",
        "promises.svg",
        "report.html",
    }
