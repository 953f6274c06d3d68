"""Where models lie on this machine: a folder for each, ``var/models/NAME``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from voicebot.errors import ModelError
from voicebot.models.files import LOCK
from voicebot.models.manifest import find_model


class State(StrEnum):
    """Whether a model can be used."""

    INSTALLED = "installed"
    PARTIAL = "partial"
    """Fetched in part: the next pull goes on from there."""
    ABSENT = "absent"


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
    if state_of(name, models) is State.INSTALLED:
        return models / name
    model = find_model(name)
    raise ModelError(
        f"the model {name!r} is not in {models}; voicebot models pull {model.name}"
        f" (or voicebot models import, where there is no internet)"
    )


def state_of(name: str, models: Path) -> State:
    """Whether the model of that name can be used."""
    if (models / name / LOCK).is_file():
        return State.INSTALLED
    return State.PARTIAL if staging(name, models).exists() else State.ABSENT


def staging(name: str, models: Path) -> Path:
    """Where a model lies until it is whole."""
    return models / f"{name}.part"


def models_here(models: Path) -> list[str]:
    """The names of all models that can be used."""
    return sorted(lock.parent.name for lock in models.glob(f"*/{LOCK}") if lock.parent.suffix != ".part")


def _own_folder(path: Path) -> Path:
    if not path.is_dir():
        raise ModelError(
            f"there is no folder {path}; a model is a name of `voicebot models list`, or a folder"
        )
    return path
