from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.file_server import FileServer
from tests.models.archives import archive
from tests.models.conftest import CONTENTS, model
from voicebot.errors import ModelError
from voicebot.models.files import LOCK
from voicebot.models.folder import State, model_folder, state_of
from voicebot.models.importing import import_model
from voicebot.models.pull import pull
from voicebot.models.verify import verify

ListModels = Callable[..., None]


def folder_of(contents: dict[str, bytes], folder: Path) -> Path:
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_a_folder_is_compared_with_the_published_checksums(tmp_path: Path, list_models: ListModels) -> None:
    list_models(model())
    lock = import_model(folder_of(CONTENTS, tmp_path / "small"), tmp_path / "models")
    assert lock.published
    assert (model_folder("small", tmp_path / "models") / "config.json").read_bytes() == b"{}"
    assert (tmp_path / "small" / "config.json").exists()


def test_a_changed_file_is_refused_and_nothing_is_left(tmp_path: Path, list_models: ListModels) -> None:
    list_models(model())
    changed = folder_of({**CONTENTS, "config.json": b"[]"}, tmp_path / "small")
    with pytest.raises(ModelError, match=r"config\.json is not what was published"):
        import_model(changed, tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_that_is_not_whole_is_told_what_is_missing(tmp_path: Path, list_models: ListModels) -> None:
    list_models(model())
    with pytest.raises(ModelError, match=r"small is not whole: config\.json missing"):
        import_model(folder_of({"model.bin": b""}, tmp_path / "small"), tmp_path / "models")


def test_what_one_machine_pulled_another_imports_as_an_archive(
    server: FileServer, tmp_path: Path, list_models: ListModels
) -> None:
    list_models(model())
    pull(model(), tmp_path / "there", mirror=server.url)
    with tarfile.open(tmp_path / "small.tar", "w") as tar:
        tar.add(tmp_path / "there" / "small", "small")
    assert import_model(tmp_path / "small.tar", tmp_path / "here").published
    assert verify("small", tmp_path / "here") == []


def test_the_archive_as_it_is_published_is_known_by_its_name(tmp_path: Path, list_models: ListModels) -> None:
    packed = archive({"kokoro-1/model.onnx": b"weights"})
    list_models(model({"kokoro-1.tar.bz2": packed}, name="kokoro"))
    (tmp_path / "kokoro-1.tar.bz2").write_bytes(packed)
    lock = import_model(tmp_path / "kokoro-1.tar.bz2", tmp_path / "models")
    assert (lock.model, lock.published, list(lock.files)) == ("kokoro", True, ["model.onnx"])


def test_an_unpacked_model_is_compared_with_the_checksums_that_came_along(
    server: FileServer, tmp_path: Path, list_models: ListModels
) -> None:
    packed = archive({"kokoro-1/model.onnx": b"weights"})
    server.files["/kokoro/kokoro-1.tar.bz2"] = packed
    kokoro = model({"kokoro-1.tar.bz2": packed}, name="kokoro")
    list_models(kokoro)
    pull(kokoro, tmp_path / "there", mirror=server.url)
    assert not import_model(tmp_path / "there" / "kokoro", tmp_path / "here").published
    (tmp_path / "there" / "kokoro" / "model.onnx").write_bytes(b"other")
    with pytest.raises(ModelError, match="sha256 has changed"):
        import_model(tmp_path / "there" / "kokoro", tmp_path / "elsewhere")


def test_a_model_of_ones_own_is_trusted_as_it_is(tmp_path: Path) -> None:
    lock = import_model(folder_of({"model.bin": b"mine"}, tmp_path / "x"), tmp_path / "models", name="ours")
    assert not lock.published
    assert model_folder("ours", tmp_path / "models") == tmp_path / "models" / "ours"


def test_what_is_here_is_not_replaced(tmp_path: Path) -> None:
    own = folder_of({"model.bin": b"mine"}, tmp_path / "ours")
    import_model(own, tmp_path / "models")
    with pytest.raises(ModelError, match="voicebot models remove ours"):
        import_model(own, tmp_path / "models")


def test_a_download_in_progress_survives_an_import_that_fails(
    tmp_path: Path, list_models: ListModels
) -> None:
    list_models(model())
    (tmp_path / "models" / "small.part").mkdir(parents=True)
    with pytest.raises(ModelError):
        import_model(folder_of({"model.bin": b""}, tmp_path / "small"), tmp_path / "models")
    assert state_of("small", tmp_path / "models") is State.PARTIAL


def test_neither_a_folder_nor_an_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "small.bin").write_bytes(b"?")
    with pytest.raises(ModelError, match="neither a folder nor a tar archive"):
        import_model(tmp_path / "small.bin", tmp_path / "models")


def test_archives_with_links_are_not_unpacked(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        link = tarfile.TarInfo("ours/model.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    (tmp_path / "ours.tar").write_bytes(packed.getvalue())
    with pytest.raises(ModelError, match="is no file"):
        import_model(tmp_path / "ours.tar", tmp_path / "models")


def test_a_broken_model_is_told_file_by_file(server: FileServer, tmp_path: Path) -> None:
    pull(model(), tmp_path, mirror=server.url)
    (tmp_path / "small" / "config.json").write_text("[]")
    (tmp_path / "small" / "model.bin").unlink()
    faults = verify("small", tmp_path)
    assert [fault.partition(" ")[2] for fault in faults if "as it came" in fault or "missing" in fault] == [
        "is not as it came: its sha256 has changed",
        "is missing",
    ]


def test_a_first_copy_that_turns_out_not_to_be_the_published_one_is_told(
    server: FileServer, tmp_path: Path, list_models: ListModels
) -> None:
    list_models(model({**CONTENTS, "config.json": b"[]"}))
    pull(model(pinned=False), tmp_path, mirror=server.url)
    [fault] = verify("small", tmp_path)
    assert "config.json is not what was published" in fault


def test_a_model_without_its_checksums_is_not_here(server: FileServer, tmp_path: Path) -> None:
    pull(model(), tmp_path, mirror=server.url)
    (tmp_path / "small" / LOCK).unlink()
    with pytest.raises(ModelError, match="voicebot models pull small"):
        verify("small", tmp_path)


def test_checksums_that_cannot_be_read_are_told(server: FileServer, tmp_path: Path) -> None:
    pull(model(), tmp_path, mirror=server.url)
    (tmp_path / "small" / LOCK).write_text("?")
    with pytest.raises(ModelError, match="cannot be read; voicebot models remove small"):
        verify("small", tmp_path)


def test_a_copy_of_a_folder_is_no_part_of_it(tmp_path: Path) -> None:
    own = folder_of({"model.bin": b"mine"}, tmp_path / "ours")
    import_model(own, tmp_path / "models")
    shutil.rmtree(own)
    assert verify("ours", tmp_path / "models") == []
