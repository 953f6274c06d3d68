import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.store import processes
from voicebot.store.processes import is_alive, this_process

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="this system does not tell when a process began"
)


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen((sys.executable, "-c", "import time; time.sleep(600)")) as process:
        yield process
        process.kill()


def held_by(pid: int, started: str = "") -> str:
    return str(replace(this_process(), pid=pid, started=started))


def test_the_process_that_asks_is_alive() -> None:
    assert is_alive(str(this_process())) is True


def test_a_child_is_alive_until_it_is_killed(child: subprocess.Popen[bytes]) -> None:
    assert is_alive(held_by(child.pid)) is True
    child.kill()
    child.wait()
    assert is_alive(held_by(child.pid)) is False


@needs_proc
def test_a_killed_child_whose_parent_does_not_care_is_dead(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_alive(held_by(child.pid)) is False


@needs_proc
def test_a_later_process_with_the_same_id_is_another() -> None:
    assert is_alive(held_by(os.getpid(), started="1")) is False


def test_where_the_system_tells_no_start_the_id_alone_decides(
    child: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert str(this_process()).endswith(f":{os.getpid()}:")
    assert is_alive(held_by(child.pid)) is True
    child.kill()
    child.wait()
    assert is_alive(held_by(child.pid)) is False


def test_an_id_beyond_all_ids_belongs_to_nobody() -> None:
    assert is_alive(held_by(10**20)) is False


@pytest.mark.parametrize("elsewhere", ["another-host:1:1", "nonsense", ""])
def test_what_runs_elsewhere_cannot_be_seen(elsewhere: str) -> None:
    assert is_alive(elsewhere) is None
