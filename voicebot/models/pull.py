"""A model from where it is published to ``var/models``, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from voicebot.models.download import download
from voicebot.models.files import Lock, Watch, lock_files, read_lock, unwatched
from voicebot.models.folder import State, state_of
from voicebot.models.manifest import Model
from voicebot.models.place import filling, publish, require_free, require_room
from voicebot.models.unpack import unpack


def pull(
    model: Model,
    models: Path,
    *,
    mirror: str = "",
    watch: Watch = unwatched,
    pause: Callable[[float], None] = time.sleep,
) -> Lock:
    """The checksums of the model, which is here now; nothing is fetched when it was here already.

    Whatever came of an earlier try that was broken off is not fetched again.

    Args:
        mirror: base URL to fetch from instead of the publisher; see ``Settings.models_mirror``.
        watch: told of the bytes as they come.
        pause: waits so many seconds before a connection is tried again.

    Raises:
        ModelError: it cannot be had, is not what was published, or has no room.
    """
    if state_of(model.name, models) is State.INSTALLED:
        return read_lock(models / model.name)
    require_free(model.name, models)
    with filling(model.name, models) as stage:
        require_room(models, _missing(model, stage))
        for file in model.files:
            download(model.url(file, mirror), file, stage / file.path, watch=watch, pause=pause)
        unpack_archives(model, stage)
        lock = lock_files(stage, model.name, mirror or "published", published=model.pinned, watch=watch)
        publish(stage, models / model.name)
    return lock


def unpack_archives(model: Model, folder: Path) -> None:
    """Put what is in the model's archives in their place."""
    for file in model.files:
        if file.unpack:
            unpack(folder / file.path, folder)
            (folder / file.path).unlink()


def _missing(model: Model, stage: Path) -> int:
    """Bytes that are still to come, and what archives take when they are unpacked."""
    packed = sum(file.size or 0 for file in model.files)
    here = sum(path.stat().st_size for path in stage.rglob("*") if path.is_file())
    unpacked = model.size if any(file.unpack for file in model.files) else 0
    return max(0, (packed or model.size) - here) + unpacked
