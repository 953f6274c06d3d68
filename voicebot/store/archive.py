"""Files packed into one with what proves that they are whole: a tar archive with a manifest in front."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final

from voicebot.errors import BackupError

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    kind: str
    """Of its database: ``sqlite`` or ``postgresql``."""
    schema: Sequence[str]
    """The last steps of its tables."""
    made_at: str
    sha256: Mapping[str, str] = field(default_factory=dict)
    """By part."""
    format: int = FORMAT


def pack(parts: Mapping[str, Path], manifest: Manifest, target: Path, *, replace: bool) -> None:
    """Write an archive, whole or not at all, readable by its owner alone.

    Raises:
        BackupError: ``target`` is there, and is not to be replaced.
    """
    sums = {name: _sum(path) for name, path in parts.items()}
    told = json.dumps({**asdict(manifest), "sha256": sums}, indent=2).encode()
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, told, parts)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(draft, target)
        else:
            os.link(draft, target)
    except FileExistsError as error:
        raise BackupError(f"{target} is there: give another name, or --force to replace it") from error
    finally:
        draft.unlink(missing_ok=True)


def unpack(source: Path, folder: Path, names: Sequence[str]) -> tuple[Manifest, dict[str, Path]]:
    """What an archive says of itself, and those parts of it that it has, written to ``folder``.

    Raises:
        BackupError: it is no archive of ours, or not whole.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(archive)
            parts = {name: folder / name for name in names if name in manifest.sha256}
            for name, path in parts.items():
                _extract(archive, name, path)
    except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as error:
        raise BackupError(f"{source} is no backup of voicebot, or was cut off: use another") from error
    for name, path in parts.items():
        if _sum(path) != manifest.sha256[name]:
            raise BackupError(f"{name} in {source} is damaged: use another backup")
    return manifest, parts


def _write(file: IO[bytes], told: bytes, parts: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=file, mode="w") as archive:
        about = tarfile.TarInfo(_MANIFEST)
        about.size = len(told)
        archive.addfile(about, io.BytesIO(told))
        for name, path in parts.items():
            part = tarfile.TarInfo(name)
            part.size, part.mode = path.stat().st_size, 0o600
            with path.open("rb") as content:
                archive.addfile(part, content)


def _manifest(archive: tarfile.TarFile) -> Manifest:
    """The manifest; parts are found by its names alone, so that no archive writes elsewhere."""
    told = archive.extractfile(_MANIFEST)
    if told is None:
        raise KeyError(_MANIFEST)
    with told:
        manifest = Manifest(**json.load(told))
    if manifest.format != FORMAT:
        raise BackupError("the backup was made by a newer voicebot: install that version to put it back")
    return manifest


def _extract(archive: tarfile.TarFile, name: str, path: Path) -> None:
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    with content, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := content.read(_BLOCK):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
