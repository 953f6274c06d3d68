from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.fakes.file_server import FileServer
from tests.models.conftest import CONTENTS, model
from voicebot.cli import app
from voicebot.errors import ModelError

Command = Callable[..., Result]


@pytest.fixture
def command(
    tmp_path: Path, list_models: Callable[..., None], server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """``voicebot models ...`` where ``small`` is the only model and the mirror has it."""
    list_models(model())
    # The log would be left behind on the runner's stream, which is closed afterwards.
    monkeypatch.setattr("voicebot.telemetry.log.configure_logging", lambda _: None)

    def run(*arguments: str) -> Result:
        environment = {"VOICEBOT_VAR_DIR": str(tmp_path), "VOICEBOT_MODELS_MIRROR": server.url}
        return CliRunner().invoke(app, ["models", *arguments], env=environment)

    return run


def state(command: Command) -> str:
    [entry] = json.loads(command("list", "--json").stdout)
    return str(entry["state"])


def test_a_model_is_pulled_listed_verified_and_removed(command: Command, tmp_path: Path) -> None:
    assert state(command) == "absent"
    assert command("pull", "small").stdout == f"small is in {tmp_path / 'models' / 'small'}\n"
    assert state(command) == "installed"
    assert command("verify").stdout == "small: sound\n"
    assert command("remove", "small").stdout == "small is removed: 1 MB are free again\n"
    assert state(command) == "absent"


def test_the_list_is_read_by_people(command: Command) -> None:
    command("pull", "small")
    [heading, line] = command("list").stdout.splitlines()
    assert heading.split() == ["name", "what", "engine", "languages", "MB", "licence", "state"]
    assert line.split() == ["small", "stt", "whisper", "en", "1", "MIT", "installed"]


def test_programs_read_what_business_may_use(command: Command) -> None:
    [entry] = json.loads(command("list", "--json").stdout)
    assert entry["commercial"] is True
    assert entry["checksums"] == "published"
    assert entry["quality"] == "Small."


def test_a_broken_model_is_exit_code_1(command: Command, tmp_path: Path) -> None:
    command("pull", "small")
    (tmp_path / "models" / "small" / "config.json").write_text("[]")
    result = command("verify", "small")
    assert result.exit_code == 1
    assert "small: broken" in result.stdout
    assert "config.json is not as it came" in result.stdout


def test_another_mirror_may_be_named_in_the_command(command: Command, server: FileServer) -> None:
    result = command("pull", "small", "--from", f"{server.url}/elsewhere")
    assert isinstance(result.exception, ModelError)
    assert server.asked[-1][0] == "/elsewhere/small/model.bin"


def test_a_model_that_is_not_for_business_is_announced_before_it_comes(
    command: Command, list_models: Callable[..., None]
) -> None:
    list_models(model(licence="non-commercial"))
    assert "small: non-commercial: not for business use" in command("pull", "small").stderr


def test_a_copy_that_had_nothing_to_be_compared_with_is_announced(
    command: Command, list_models: Callable[..., None]
) -> None:
    list_models(model(pinned=False))
    assert "no published checksum" in " ".join(command("pull", "small").stderr.split())


def test_ctrl_c_says_how_to_go_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("voicebot.models.pull.pull", interrupted)
    assert "voicebot models pull small goes on from here" in command("pull", "small").stderr


def test_a_model_of_ones_own_is_in_the_list(command: Command, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "model.bin").write_bytes(CONTENTS["model.bin"])
    assert command("import", str(tmp_path / "ours")).exit_code == 0
    assert command("list").stdout.splitlines()[-1].split() == ["ours", "1", "your", "own", "installed"]


def test_what_is_not_here_cannot_be_removed(command: Command) -> None:
    assert "there is no model 'small'" in str(command("remove", "small").exception)
    assert "there is no model '..'" in str(command("remove", "..").exception)
