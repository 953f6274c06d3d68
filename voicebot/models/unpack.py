"""Tar archives, of which nothing leaves the folder they are unpacked into."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path, PurePosixPath

from voicebot.errors import ModelError


def unpack(archive: Path, into: Path) -> None:
    """Put the files of ``archive`` into ``into``, without the one folder at the top that most archives have.

    Raises:
        ModelError: it is no tar archive, or holds what is neither a file nor a folder.
    """
    apart = into / f"{archive.name}.unpacked"
    shutil.rmtree(apart, ignore_errors=True)
    apart.mkdir(parents=True)
    try:
        with tarfile.open(archive) as tar:
            _extract(tar, apart)
        _lift(_top(apart), into)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ModelError(f"{archive} cannot be unpacked: {error}; fetch it again") from error
    finally:
        shutil.rmtree(apart, ignore_errors=True)


def _extract(tar: tarfile.TarFile, into: Path) -> None:
    for member in tar:
        to = into / _inside(member.name)
        content = tar.extractfile(member) if member.isfile() else None
        if content is not None:
            to.parent.mkdir(parents=True, exist_ok=True)
            with to.open("wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)
        elif not member.isdir():
            raise ModelError(f"{member.name} in the archive is no file: such an archive is not unpacked")


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ModelError(f"{name} in the archive leads out of its folder: such an archive is not unpacked")
    return path


def _top(folder: Path) -> Path:
    """The one folder in ``folder`` if there is nothing else, or itself."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _lift(folder: Path, into: Path) -> None:
    for one in folder.iterdir():
        one.replace(into / one.name)
