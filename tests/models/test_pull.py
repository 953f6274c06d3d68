from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from tests.fakes.file_server import FileServer
from tests.models.archives import archive
from tests.models.conftest import CONTENTS, model, sha256
from voicebot.errors import ModelError
from voicebot.models import download
from voicebot.models.files import read_lock
from voicebot.models.folder import State, model_folder, state_of
from voicebot.models.pull import pull

WHOLE = CONTENTS["model.bin"]


class Waiting:
    """Waits that take no time, and how long they would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def test_a_model_is_fetched_compared_and_usable(server: FileServer, tmp_path: Path) -> None:
    lock = pull(model(), tmp_path, mirror=server.url)
    folder = model_folder("small", tmp_path)
    assert {path: (folder / path).read_bytes() for path in CONTENTS} == CONTENTS
    assert lock == read_lock(folder)
    assert lock.published
    assert lock.files["model.bin"].sha256 == sha256(WHOLE)
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_what_is_here_is_not_fetched_again(server: FileServer, tmp_path: Path) -> None:
    pull(model(), tmp_path, mirror=server.url)
    server.asked.clear()
    assert pull(model(), tmp_path, mirror=server.url).published
    assert server.asked == []


def test_progress_is_told_byte_by_byte(server: FileServer, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    pull(model(), tmp_path, mirror=server.url, watch=lambda *now: seen.append(now))
    assert seen[0] == ("model.bin", 0, len(WHOLE))
    assert ("model.bin", len(WHOLE), len(WHOLE)) in seen


def test_a_connection_that_breaks_goes_on_where_it_broke(server: FileServer, tmp_path: Path) -> None:
    server.cuts = [1000, 2000]
    waiting = Waiting()
    pull(model(), tmp_path, mirror=server.url, pause=waiting)
    assert [asked for path, asked in server.asked if path == "/small/model.bin"] == [
        "",
        "bytes=1000-",
        "bytes=3000-",
    ]
    assert (tmp_path / "small" / "model.bin").read_bytes() == WHOLE
    assert waiting.seconds == [2.0, 2.0]


def test_a_server_that_only_breaks_is_given_up_and_the_next_pull_goes_on(
    server: FileServer, tmp_path: Path
) -> None:
    server.cuts = [1000, 0, 0, 0]
    with pytest.raises(ModelError, match="1000 bytes are kept: the same command goes on"):
        pull(model(), tmp_path, mirror=server.url, pause=Waiting())
    assert state_of("small", tmp_path) is State.PARTIAL
    server.asked.clear()
    pull(model(), tmp_path, mirror=server.url)
    assert server.asked[0] == ("/small/model.bin", "bytes=1000-")
    assert state_of("small", tmp_path) is State.INSTALLED


def test_ctrl_c_leaves_what_has_come(server: FileServer, tmp_path: Path) -> None:
    def interrupted(_: str, done: int, __: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(model(), tmp_path, mirror=server.url, watch=interrupted)
    assert state_of("small", tmp_path) is State.PARTIAL
    server.asked.clear()
    pull(model(), tmp_path, mirror=server.url)
    assert server.asked[0][1].startswith("bytes=")
    assert (tmp_path / "small" / "model.bin").read_bytes() == WHOLE


def test_a_server_without_ranges_begins_anew(server: FileServer, tmp_path: Path) -> None:
    server.ranges, server.cuts = False, [1000]
    pull(model(), tmp_path, mirror=server.url, pause=Waiting())
    assert (tmp_path / "small" / "model.bin").read_bytes() == WHOLE


def test_a_file_that_was_replaced_meanwhile_begins_anew(server: FileServer, tmp_path: Path) -> None:
    unpinned = model(pinned=False)
    server.cuts = [1000, 0, 0, 0]
    with pytest.raises(ModelError):
        pull(unpinned, tmp_path, mirror=server.url, pause=Waiting())
    server.files["/small/model.bin"], server.version = WHOLE[::-1], '"2"'
    pull(unpinned, tmp_path, mirror=server.url)
    assert (tmp_path / "small" / "model.bin").read_bytes() == WHOLE[::-1]


def test_without_a_version_or_a_checksum_nothing_is_pieced_together(
    server: FileServer, tmp_path: Path
) -> None:
    server.version, server.cuts = 'W/"1"', [1000]
    pull(model(pinned=False), tmp_path, mirror=server.url, pause=Waiting())
    assert {asked for _, asked in server.asked} == {""}


def test_a_file_that_came_whole_before_the_break_is_not_fetched_again(
    server: FileServer, tmp_path: Path
) -> None:
    stage = tmp_path / "small.part"
    stage.mkdir()
    (stage / "model.bin.part").write_bytes(WHOLE)
    pull(model(), tmp_path, mirror=server.url)
    assert server.asked[0] == ("/small/model.bin", f"bytes={len(WHOLE)}-")  # answered with 416
    assert (tmp_path / "small" / "model.bin").read_bytes() == WHOLE


def test_a_server_that_falls_silent_is_left(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SILENCE", 0.2)
    server.stalls = [300_000]
    pull(model(), tmp_path, mirror=server.url, pause=Waiting())
    assert server.asked[1][1].startswith("bytes=")
    assert (tmp_path / "small" / "model.bin").read_bytes() == WHOLE


def test_a_busy_server_is_asked_again_later(server: FileServer, tmp_path: Path) -> None:
    server.refusals = [503, 429]
    waiting = Waiting()
    pull(model(), tmp_path, mirror=server.url, pause=waiting)
    assert waiting.seconds == [2.0, 4.0]


def test_a_file_that_is_not_there_is_told_with_the_ways_out(server: FileServer, tmp_path: Path) -> None:
    del server.files["/small/config.json"]
    with pytest.raises(ModelError, match=r"config.json: 404 .*--from URL.*voicebot models import"):
        pull(model(), tmp_path, mirror=server.url)
    assert state_of("small", tmp_path) is State.PARTIAL


def test_a_file_that_is_not_what_was_published_is_not_kept(server: FileServer, tmp_path: Path) -> None:
    server.files["/small/model.bin"] = WHOLE[::-1]
    with pytest.raises(ModelError, match="not what was published: sha256"):
        pull(model(), tmp_path, mirror=server.url)
    assert not list(tmp_path.rglob("model.bin*"))


def test_a_file_of_another_size_is_refused_before_it_comes(server: FileServer, tmp_path: Path) -> None:
    server.files["/small/model.bin"] = WHOLE[1:]
    with pytest.raises(ModelError, match=f"{len(WHOLE) - 1} bytes instead of {len(WHOLE)}"):
        pull(model(), tmp_path, mirror=server.url)


def test_nobody_there_is_told_after_some_tries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with FileServer({}).open() as gone:
        pass
    waiting = Waiting()
    with pytest.raises(ModelError, match="Connection refused"):
        pull(model(), tmp_path, mirror=gone.url, pause=waiting)
    assert waiting.seconds == [2.0, 4.0, 8.0]


def test_what_is_no_address_is_told_at_once(tmp_path: Path) -> None:
    waiting = Waiting()
    with pytest.raises(ModelError, match="no address to fetch from"):
        pull(model(), tmp_path, mirror="mirror.example/models", pause=waiting)
    assert waiting.seconds == []


def test_without_published_checksums_the_first_copy_is_trusted(server: FileServer, tmp_path: Path) -> None:
    lock = pull(model(pinned=False), tmp_path, mirror=server.url)
    assert not lock.published
    assert lock.files["model.bin"].sha256 == sha256(WHOLE)


def test_nothing_is_fetched_that_has_no_room(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"1000000000\.0 GB are needed.*larger disk"):
        pull(model(pinned=False, size=10**18), tmp_path, mirror=server.url)
    assert server.asked == []


def test_two_at_once_do_not_write_into_one_file(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "small.part").mkdir()
    other = os.open(tmp_path / "small.part", os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(ModelError, match="by another process already"):
        pull(model(), tmp_path, mirror=server.url)
    os.close(other)


def test_a_folder_of_somebody_elses_is_left_alone(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    with pytest.raises(ModelError, match="voicebot models remove small"):
        pull(model(), tmp_path, mirror=server.url)


def test_archives_are_unpacked_without_their_top_folder(server: FileServer, tmp_path: Path) -> None:
    packed = archive({"kokoro-1/model.onnx": b"weights", "kokoro-1/data/es.dict": b"words"})
    server.files["/kokoro/kokoro-1.tar.bz2"] = packed
    kokoro = model({"kokoro-1.tar.bz2": packed}, name="kokoro")
    lock = pull(kokoro, tmp_path, mirror=server.url)
    assert set(lock.files) == {"model.onnx", "data/es.dict"}
    assert (tmp_path / "kokoro" / "data" / "es.dict").read_bytes() == b"words"
    assert not list(tmp_path.rglob("*.tar.bz2*"))


@pytest.mark.parametrize("path", ["../outside", "/tmp/outside"])
def test_archives_that_lead_out_of_their_folder_are_not_unpacked(
    server: FileServer, tmp_path: Path, path: str
) -> None:
    packed = archive({path: b"!"})
    server.files["/kokoro/kokoro-1.tar.bz2"] = packed
    with pytest.raises(ModelError, match="leads out of its folder"):
        pull(model({"kokoro-1.tar.bz2": packed}, name="kokoro"), tmp_path / "models", mirror=server.url)
    assert not (tmp_path / "outside").exists()
