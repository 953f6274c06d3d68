from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from voicebot.commands.suppressions import (
    add_suppression,
    check_person,
    check_suppression,
    let_person_be_called,
    remove_suppression,
    suppress_person,
)
from voicebot.errors import NumberError, SettingsError, StoreError
from voicebot.number_key import number_key
from voicebot.settings import Settings, load_settings

NUMBER = "+15551234567"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(var_dir=tmp_path / "var")


async def test_a_suppressed_number_is_told_with_the_reason_until_it_may_be_called_again(
    settings: Settings,
) -> None:
    assert await check_suppression(settings, NUMBER, "US") == (False, f"{NUMBER} is not suppressed")
    told = await add_suppression(settings, "(555) 123-4567", "US", "voice", "letter")
    assert told == f"{NUMBER} is never called again (voice)"
    suppressed, told = await check_suppression(settings, NUMBER, "CL")
    assert suppressed
    assert told.startswith(f"{NUMBER} is never called again:\n  since 20")
    assert told.endswith("(voice): letter")
    assert await remove_suppression(settings, NUMBER, "US") == f"{NUMBER} may be called again"
    assert await remove_suppression(settings, NUMBER, "US") == f"{NUMBER} was not suppressed"


async def test_a_person_is_suppressed_by_the_id_of_the_files(settings: Settings) -> None:
    assert await check_person(settings, "P-1") == (False, "person P-1 is not suppressed")
    told = await suppress_person(settings, "P-1", "all", "letter")
    assert told == "person P-1 is never called again (all)"
    suppressed, told = await check_person(settings, "P-1")
    assert suppressed
    assert told.endswith("(all): letter")
    assert not (await check_suppression(settings, NUMBER, "US"))[0]
    assert await let_person_be_called(settings, "P-1") == "person P-1 may be called again"
    assert await let_person_be_called(settings, "P-1") == "person P-1 was not suppressed"


async def test_no_file_has_the_number_in_it(settings: Settings) -> None:
    await add_suppression(settings, NUMBER, "US", "all", "operator")
    assert not [file for file in settings.var_dir.iterdir() if b"5551234567" in file.read_bytes()]


async def test_what_is_no_number_is_refused(settings: Settings) -> None:
    with pytest.raises(NumberError, match="'555' is no telephone number of US"):
        await add_suppression(settings, "555", "US", "all", "operator")


def test_the_key_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    key = number_key(settings)
    assert number_key(settings) == key
    (file,) = settings.var_dir.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(key.secret) == 64


def test_the_key_of_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICEBOT_SUPPRESSION_KEY", "of all machines that share it")
    assert number_key(load_settings(var_dir=tmp_path)).secret == b"of all machines that share it"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_is_not_replaced(settings: Settings) -> None:
    settings.var_dir.mkdir()
    (settings.var_dir / "suppression.key").write_text("\n")
    with pytest.raises(SettingsError, match=r"put .*suppression\.key back from a backup"):
        number_key(settings)


async def test_with_another_key_nobody_can_tell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await add_suppression(settings, NUMBER, "US", "all", "operator")
    monkeypatch.setenv("VOICEBOT_SUPPRESSION_KEY", "of a machine that was set up anew")
    with pytest.raises(StoreError, match="VOICEBOT_SUPPRESSION_KEY"):
        await check_suppression(load_settings(var_dir=settings.var_dir), NUMBER, "US")


def test_a_program_sees_by_the_exit_code_whether_a_number_is_suppressed(tmp_path: Path) -> None:
    config = tmp_path / "voicebot.yaml"
    config.write_text(f"var_dir: {tmp_path / 'var'}\n")

    def suppressions(*words: str) -> int:
        command = (sys.executable, "-m", "voicebot", "suppressions", *words, NUMBER, "--config", str(config))
        return subprocess.run(command, capture_output=True).returncode

    assert [suppressions(word) for word in ("check", "add", "check")] == [0, 0, 3]
