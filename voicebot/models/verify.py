"""Whether the models on this machine are still what they were when they came, and what was published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from voicebot.errors import ModelError
from voicebot.models.files import Lock, Watch, read_lock, sha256_of, unwatched
from voicebot.models.folder import State, staging, state_of
from voicebot.models.manifest import Model, manifest


def verify(name: str, models: Path, watch: Watch = unwatched) -> list[str]:
    """What is wrong with the files of a model; empty when it is sound.

    Raises:
        ModelError: it is not here.
    """
    if state_of(name, models) is not State.INSTALLED:
        raise ModelError(f"there is no model {name!r} in {models}; voicebot models pull {name}")
    folder = models / name
    lock = read_lock(folder)
    known = manifest().get(name)
    return [*faults_in(folder, lock, watch), *(_unpublished(folder, lock, known) if known else ())]


def faults_in(folder: Path, lock: Lock, watch: Watch = unwatched) -> list[str]:
    """How the files in ``folder`` differ from their checksums."""
    return [
        fault for path, kept in lock.files.items() if (fault := _fault(folder / path, kept.sha256, watch))
    ]


def remove(name: str, models: Path) -> int:
    """Bytes that are free now: the model is gone, and whatever was fetched of it.

    Raises:
        ModelError: there is nothing of that name.
    """
    folders = [folder for folder in (models / name, staging(name, models)) if folder.is_dir()]
    if not folders or Path(name).name != name:
        raise ModelError(
            f"there is no model {name!r} in {models}; voicebot models list tells which there are"
        )
    freed = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    for folder in folders:
        shutil.rmtree(folder)
    return freed


def _fault(path: Path, sha256: str, watch: Watch) -> str:
    if not path.is_file():
        return f"{path} is missing"
    return "" if sha256_of(path, watch) == sha256 else f"{path} is not as it came: its sha256 has changed"


def _unpublished(folder: Path, lock: Lock, known: Model) -> Iterator[str]:
    """A model may have come before its checksums were published, or from somewhere else."""
    for file in known.files:
        kept = lock.files.get(file.path)
        if kept and file.sha256 not in (None, kept.sha256):
            yield f"{folder / file.path} is not what was published: sha256 {kept.sha256}, not {file.sha256}"
