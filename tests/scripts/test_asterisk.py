"""What scripts/asterisk refuses before anything is installed or started."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "dialplans" / "settings.example"


def asterisk(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [REPOSITORY / "scripts" / "asterisk", *words],
        env={
            **os.environ,
            "VOICEBOT_ASTERISK_DIR": str(folder / "pbx"),
            "VOICEBOT_ASTERISK_ROOT": str(folder / "root"),
        },
        capture_output=True,
        text=True,
    )


def test_a_password_that_was_never_chosen_is_refused(tmp_path: Path) -> None:
    done = asterisk(tmp_path, "start", "--settings", str(EXAMPLE))
    assert done.returncode == 1
    assert "ARI_PASSWORD still says CHANGE-ME: write a password" in done.stderr


@pytest.mark.parametrize("password", ["", "short", "sixteen chars ok"])
def test_a_weak_password_is_refused(tmp_path: Path, password: str) -> None:
    file = tmp_path / "settings"
    file.write_text(EXAMPLE.read_text().replace("CHANGE-ME", password))
    done = asterisk(tmp_path, "start", "--settings", str(file))
    assert "ARI_PASSWORD needs at least 16 letters" in done.stderr


def test_telephones_of_a_network_must_be_named_before_it_is_served(tmp_path: Path) -> None:
    done = asterisk(tmp_path, "start", "--address", "192.0.2.5")
    assert "say which telephones may call, such as --network" in done.stderr


def test_callers_without_a_password_are_for_the_loopback_address_alone(tmp_path: Path) -> None:
    done = asterisk(
        tmp_path,
        *("start", "--address", "192.0.2.5", "--network", "192.0.2.0/24"),
        *("--site", str(REPOSITORY / "dialplans" / "test")),
    )
    assert "lets in callers without a password" in done.stderr


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    done = asterisk(tmp_path, "start", "--address", "192.0.2.5", "--network", "192.0.2.0/24")
    assert "cannot listen on 192.0.2.5:5060" in done.stderr


def test_what_was_never_started_has_nothing_to_tell_the_bot(tmp_path: Path) -> None:
    assert "no Asterisk in" in asterisk(tmp_path, "env").stderr


def test_the_bot_is_told_ports_and_passwords_as_a_shell_reads_them(tmp_path: Path) -> None:
    (tmp_path / "pbx").mkdir()
    chosen = EXAMPLE.read_text().replace("ARI_PASSWORD=CHANGE-ME", "ARI_PASSWORD=it's a 'secret'")
    (tmp_path / "pbx" / "settings.env").write_text(chosen)
    shell = 'eval "$0"; echo "$VOICEBOT_ARI__PASSWORD $VOICEBOT_MEDIA__PORT"'
    exports = asterisk(tmp_path, "env").stdout
    told = subprocess.run(["sh", "-c", shell, exports], capture_output=True, text=True)
    assert told.stdout == "it's a 'secret' 9093\n"


def test_what_does_not_run_is_told_as_such(tmp_path: Path) -> None:
    status = asterisk(tmp_path, "status")
    assert (status.returncode, '"running": false' in status.stdout) == (3, True)
    assert "does not run: scripts/asterisk start" in asterisk(tmp_path, "cli").stderr
    assert asterisk(tmp_path, "stop").returncode == 0
