"""Where models lie on this machine: a folder for each, ``var/models/NAME``."""

from __future__ import annotations

from pathlib import Path

from voicebot.errors import ModelError
from voicebot.models.manifest import find_model

LOCK = "checksums.json"
"""In the folder of every model that is here whole."""


def model_folder(name: str, models: Path) -> Path:
    """The folder with the files of a model, for the engine that runs it.

    Args:
        name: one of ``voicebot models list``, the name of a folder that was imported, or a path (with a
            slash in it) of a folder of the operator's own.
        models: ``Settings.models_dir``.

    Raises:
        ModelError: it is not here; the message has the command that fetches it.
    """
    if "/" in name:
        return _own_folder(Path(name).expanduser())
    if (models / name / LOCK).is_file():
        return models / name
    model = find_model(name)
    raise ModelError(
        f"the model {name!r} is not in {models}; voicebot models pull {model.name}"
        f" (or voicebot models import, where there is no internet)"
    )


def _own_folder(path: Path) -> Path:
    if not path.is_dir():
        raise ModelError(
            f"there is no folder {path}; a model is a name of `voicebot models list`, or a folder"
        )
    return path
