"""A model's folder while it is being filled: by one process at a time, and there is room for it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicebot.errors import ModelError
from voicebot.models.folder import staging

SPARE = 200 * 1000**2
"""Bytes that are left free for the recordings and the database on the same disk."""
GB = 1000**3


@contextmanager
def filling(name: str, models: Path) -> Iterator[Path]:
    """The folder in which the files of a model are gathered; it stays when something goes wrong.

    Raises:
        ModelError: another process is filling it.
    """
    stage = staging(name, models)
    stage.mkdir(parents=True, exist_ok=True)
    held = os.open(stage, os.O_RDONLY)
    try:
        _hold(held, name)
        yield stage
    finally:
        os.close(held)


def require_free(name: str, models: Path) -> None:
    """See that nothing else lies where the model is to lie.

    Raises:
        ModelError: something does.
    """
    if (models / name).exists():
        raise ModelError(f"{models / name} is there already: voicebot models remove {name} first")


def publish(stage: Path, to: Path) -> None:
    """From here on the model can be used: all of it, at once."""
    stage.rename(to)


def require_room(models: Path, needed: int) -> None:
    """See that ``needed`` bytes fit.

    Raises:
        ModelError: they do not.
    """
    free = shutil.disk_usage(models).free
    if needed + SPARE > free:
        raise ModelError(
            f"{needed / GB:.1f} GB are needed and {free / GB:.1f} GB are free on the disk of {models}: free "
            "some, or move var_dir to a larger disk"
        )


def _hold(held: int, name: str) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ModelError(f"{name} is being fetched by another process already: let it finish") from None
