import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.another_process import CONTAINER, another_process, killed, require_containers, said
from voicebot.store import processes
from voicebot.store.holder import parse_holder
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
    assert this_process().place == socket.gethostname()
    assert str(this_process()).endswith(f":{os.getpid()}:")
    assert is_alive(held_by(child.pid)) is True
    child.kill()
    child.wait()
    assert is_alive(held_by(child.pid)) is False


def test_an_id_beyond_all_ids_belongs_to_nobody() -> None:
    assert is_alive(held_by(10**20)) is False


WHO = "from voicebot.store.processes import this_process; print(this_process(), flush=True); input()"


@needs_proc
async def test_containers_that_share_a_host_name_do_not_take_each_other_for_dead() -> None:
    """The child is process 1 of a PID namespace of its own, as in a container; so are we, for the child."""
    require_containers()
    other = await another_process(WHO, around=CONTAINER)
    name = await said(other)
    holder = parse_holder(name)
    assert holder is not None
    assert (holder.host, holder.pid) == (this_process().host, 1)
    assert is_alive(name) is None
    await killed(other)
    assert is_alive(name) is None


@needs_proc
def test_a_machine_that_has_booted_since_is_another_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = str(this_process())
    proc = tmp_path / "proc"
    for name, text in {"sys/kernel/random/boot_id": "00000000-another", "self/ns/pid": ""}.items():
        (proc / name).parent.mkdir(parents=True, exist_ok=True)
        (proc / name).write_text(text)
    monkeypatch.setattr(processes, "PROC", proc)
    assert is_alive(before) is None


@pytest.mark.parametrize("elsewhere", ["another-host:1:1", f"{socket.gethostname()}:1:1", "nonsense", ""])
def test_what_runs_elsewhere_cannot_be_seen(elsewhere: str) -> None:
    assert is_alive(elsewhere) is None
