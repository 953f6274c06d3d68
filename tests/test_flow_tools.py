"""The commands with which operators come to trust their flows, as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.dialogue.small import FACTS, SMALL
from tests.replay.test_replaying import PROMISED, journal
from voicebot.cli import app
from voicebot.cli.flows import PersonaName
from voicebot.simulation.personas import PERSONAS


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_simulation_of_a_sound_flow_succeeds(small: Path) -> None:
    result = typed("simulate", small, "-n", 20, "--persona", "voicemail", "--today", "2026-11-23")
    assert result.exit_code == 0
    assert "20 calls" in result.output


def test_simulation_of_a_leaky_flow_fails_with_the_call(small: Path) -> None:
    small.write_text(SMALL.replace("Is this {{ name }}?", "A debt?"), encoding="utf-8")
    result = typed("simulate", small, "-n", 5, "--lang", "en", "--set", "name=Bea")
    assert result.exit_code == 1
    assert "The shortest broken call" in result.output


def test_every_persona_can_be_named() -> None:
    assert [persona.value for persona in PersonaName] == ["all", *PERSONAS]


def test_journal_is_replayed(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_VAR_DIR", str(tmp_path / "var"))
    # The runner lends its streams for one command only: a logger must not keep them.
    monkeypatch.setattr("voicebot.telemetry.log.configure_logging", lambda _: None)
    kept = tmp_path / "journal.json"
    kept.write_text(json.dumps({"facts": FACTS, "events": journal(*PROMISED)}), encoding="utf-8")
    assert json.loads(typed("replay", kept, "--flow", small, "--json").output)["same"] == 1
    assert "1 the same" in typed("replay", kept, "--flow", small).output


def test_picture_is_written_in_the_form_of_its_name(small: Path, tmp_path: Path) -> None:
    for ending, begins in (("svg", "<svg"), ("html", "<!doctype html>"), ("mermaid", "flowchart TD")):
        out = tmp_path / f"small.{ending}"
        assert typed("graph", small, "--out", out).exit_code == 0
        assert out.read_text("utf-8").startswith(begins)
    assert typed("graph", small).output.startswith("flowchart TD")


@pytest.mark.parametrize("of", ["flow", "part", "conversations", "rules"])
def test_schema_is_json(of: str) -> None:
    assert json.loads(typed("schema", of).output)["$schema"].endswith("2020-12/schema")


SCENE = """
today: 2026-11-23
facts: {name: Ana, currency: USD, last4: "4321", balance: 500.00}
tests:
  - {test: a stranger answers, language: en, steps: [{caller: "no", disposition: WRONG_PARTY}]}
"""


def test_check_tells_what_conversations_cover_and_lists_states_that_nobody_entered(small: Path) -> None:
    small.with_name("small.test.yaml").write_text(SCENE, encoding="utf-8")
    plain, whole = typed("check", small), typed("check", small, "--coverage")
    assert plain.exit_code == whole.exit_code == 0
    assert "small: 3 of 15 states, 2 of " in plain.output
    line = next(n for n, row in enumerate(SMALL.splitlines(), start=1) if row == "  bored: " + row[9:])
    assert f"{small}:{line}:" in "".join(row for row in plain.output.splitlines() if "entered: bored" in row)
    assert "never taken" not in plain.output
    assert "never taken: who -give_up-> nobody" in whole.output


def test_check_leaves_its_process_with_everything_told(small: Path) -> None:
    small.with_name("small.test.yaml").write_text(SCENE, encoding="utf-8")
    command = (sys.executable, "-m", "voicebot", "check", str(small))
    sound = subprocess.run(command, capture_output=True, text=True)
    assert sound.returncode == 0
    assert sound.stdout.startswith("small: 3 of 15 states")
    small.with_name("small.test.yaml").write_text(SCENE.replace("WRONG_PARTY", "DNC"), encoding="utf-8")
    broken = subprocess.run(command, capture_output=True, text=True)
    assert broken.returncode == 1
    assert "the contact is WRONG_PARTY" in broken.stdout + broken.stderr


def test_check_tells_programs_the_same(small: Path) -> None:
    small.with_name("small.test.yaml").write_text(SCENE.replace("WRONG_PARTY", "DNC"), encoding="utf-8")
    result = typed("check", small, "--json")
    told = json.loads(result.output)
    assert result.exit_code == 1
    assert told["problems"][0]["message"] == "the contact is WRONG_PARTY"
    assert told["coverage"]["small"]["states"] == 15
    assert told["coverage"]["small"]["never_entered"][0]["message"] == "never entered: verify"
