"""Models for machines without internet: from a folder or a tar archive that somebody brought."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from voicebot.errors import ModelError
from voicebot.models.files import LOCK, Lock, Watch, lock_files, read_lock, sha256_of, unwatched
from voicebot.models.manifest import Model, ModelFile, manifest
from voicebot.models.place import filling, publish, require_free, require_room
from voicebot.models.pull import unpack_archives
from voicebot.models.unpack import unpack
from voicebot.models.verify import faults_in


def import_model(source: Path, models: Path, *, name: str = "", watch: Watch = unwatched) -> Lock:
    """The checksums of a model that now lies in ``models``; ``source`` stays as it is.

    ``source`` is a folder with the model's files as they are published, a copy of ``var/models/NAME`` of
    another machine, or a tar archive of either. What has published checksums is compared with them.

    Args:
        name: what it is to be called; that of ``source`` if it is not given.

    Raises:
        ModelError: it cannot be read, is not what was published, or there is such a model already.
    """
    name = name or _name(source)
    require_free(name, models)
    known = manifest().get(name)
    with filling(f"{name}.import", models) as stage:
        try:
            _bring(source, stage, known)
            lock = _checked(stage, name, str(source), known, watch)
            publish(stage, models / name)
            return lock
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _name(source: Path) -> str:
    """``small.tar.gz`` is ``small``; the archive of a known model is that model."""
    for model in manifest().values():
        if any(file.unpack and file.path == source.name for file in model.files):
            return model.name
    return source.name.partition(".tar")[0] if source.is_file() else source.resolve().name


def _bring(source: Path, stage: Path, known: Model | None) -> None:
    if source.is_dir():
        require_room(stage, sum(path.stat().st_size for path in source.rglob("*") if path.is_file()))
        shutil.copytree(source, stage, dirs_exist_ok=True)
    elif known and any(file.unpack and file.path == source.name for file in known.files):
        require_room(stage, known.size + source.stat().st_size)
        shutil.copyfile(source, stage / source.name)
    elif source.is_file() and tarfile.is_tarfile(source):
        require_room(stage, 2 * source.stat().st_size)
        unpack(source, stage)
    else:
        raise ModelError(f"{source} is neither a folder nor a tar archive: give one with the model's files")


def _checked(stage: Path, name: str, source: str, known: Model | None, watch: Watch) -> Lock:
    """Compared with the manifest, or else with the checksums that came along."""
    if known and all((stage / file.path).exists() for file in known.files):
        for file in known.files:
            _compare(file, stage / file.path, watch)
        unpack_archives(known, stage)
        published = known.pinned
    else:
        _require_brought(stage, name, known)
        published = False
    return lock_files(stage, name, source, published=published, watch=watch)


def _compare(file: ModelFile, path: Path, watch: Watch) -> None:
    if file.sha256 and (found := sha256_of(path, watch)) != file.sha256:
        raise ModelError(
            f"{file.path} is not what was published: sha256 {found} instead of {file.sha256}; fetch it again"
        )


def _require_brought(stage: Path, name: str, known: Model | None) -> None:
    """The files of a known model are there in some form that can be compared, and are sound."""
    if (stage / LOCK).exists():
        brought = read_lock(stage)
        if faults := faults_in(stage, brought):
            raise ModelError("\n".join(faults))
    elif known and not any(file.unpack for file in known.files):
        missing = ", ".join(file.path for file in known.files if not (stage / file.path).exists())
        raise ModelError(f"{name} is not whole: {missing} missing; fetch it from below {known.base}")
