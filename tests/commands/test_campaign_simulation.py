from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voicebot.cli.app import app
from voicebot.errors import CampaignError


def run(tmp_path: Path, *told: str, text: str = "country: CL\nlines: 2\n") -> str:
    file = tmp_path / "march.yaml"
    file.write_text(text, encoding="utf-8")
    here = {"VOICEBOT_VAR_DIR": str(tmp_path / "var")}
    always = ["campaign", "simulate", str(file), "-n", "200", "--days", "2", "--start", "2026-11-23"]
    done = CliRunner().invoke(app, [*always, *told], env=here)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_what_a_campaign_would_come_to_is_printed(tmp_path: Path) -> None:
    told = run(tmp_path)
    assert "abandon rate" in told
    assert "held back: outside_hours" in told


def test_ways_are_compared_side_by_side(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "--compare", "lines=1,4", "--json"))
    assert [way["changed"] for way in told] == [{"lines": 1}, {"lines": 4}]
    assert [way["lines"] for way in told] == [1, 4]
    assert "lines=4" in run(tmp_path, "--compare", "lines=1,4").splitlines()[0]


def test_how_people_answer_is_read_from_a_file(tmp_path: Path) -> None:
    silent = tmp_path / "silent.yaml"
    silent.write_text(f"answer: {[0.0] * 24}\nmachine: 0.0\n", encoding="utf-8")
    (way,) = json.loads(run(tmp_path, "--behaviour", str(silent), "--json"))
    assert (way["humans"], way["answered"]) == (0, 0)


@pytest.mark.parametrize(
    ("told", "text", "why"),
    [
        (["--compare", "lines"], "country: CL\n", "compares nothing"),
        (
            ["--compare", "linse=1,2"],
            "country: CL\n",
            "cannot be tried: linse: unknown key .linse.: did you mean .lines.?",
        ),
        ([], "lines: 2\n", "no country with contact rules"),
        ([], "country: CL\nlinse: 2\n", r"march.yaml:2:1: unknown key 'linse'"),
    ],
)
def test_what_cannot_be_simulated_is_told(tmp_path: Path, told: list[str], text: str, why: str) -> None:
    with pytest.raises(CampaignError, match=why):
        run(tmp_path, *told, text=text)


def test_the_people_of_the_docs_can_be_simulated(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text(encoding="utf-8")
    people = tmp_path / "people.yaml"
    people.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert "abandon rate" in run(tmp_path, "--behaviour", str(people))
