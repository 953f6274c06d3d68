"""Fingerprints of files, and the list of them that each model on this machine has beside it."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from voicebot.errors import ModelError

LOCK = "checksums.json"
"""In the folder of every model that is here whole."""
CHUNK = 1 << 20
"""Bytes read at once."""

Watch = Callable[[str, int, int | None], None]
"""Told of work on a file: its name, the bytes done so far, and how many there are, if that is known."""


def unwatched(label: str, done: int, total: int | None) -> None:
    """Nobody looks."""


class LockedFile(BaseModel):
    """One file as it came."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size: int


class Lock(BaseModel):
    """All files of a model, as they came."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    source: str
    """Where they came from: ``published``, a mirror, or a folder."""
    published: bool
    """All of them were compared with published checksums; otherwise this copy is trusted as it came."""
    files: Mapping[str, LockedFile]


def read_lock(folder: Path) -> Lock:
    """The checksums of the model in ``folder``.

    Raises:
        ModelError: they cannot be read.
    """
    try:
        return Lock.model_validate_json((folder / LOCK).read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise ModelError(
            f"{folder / LOCK} cannot be read; voicebot models remove {folder.name}, and pull it again"
        ) from error


def lock_files(folder: Path, model: str, source: str, *, published: bool, watch: Watch = unwatched) -> Lock:
    """Write down the checksums of all that lies in ``folder``."""
    files = {
        name: LockedFile(sha256=sha256_of(folder / name, watch), size=(folder / name).stat().st_size)
        for name in files_in(folder)
    }
    lock = Lock(model=model, source=source, published=published, files=files)
    (folder / LOCK).write_text(lock.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return lock


def files_in(folder: Path) -> list[str]:
    """The files below ``folder`` by their paths in it, but not the lock."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(file for file in files if file != LOCK)


def sha256_of(path: Path, watch: Watch = unwatched) -> str:
    """The checksum of a file."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            watch(f"{path.name} (check)", done, total)
    return digest.hexdigest()


def holds(path: Path, mark: bytes) -> bool:
    """Whether ``mark`` is in a file, such as a key of an ONNX model's metadata."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.rfind(mark) >= 0  # metadata come last in the file
