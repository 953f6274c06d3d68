"""Which models voicebot knows, as ``models/manifest.yaml`` lists them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from voicebot.errors import ModelError

CHECKOUT = Path(__file__).parents[2] / "models" / "manifest.yaml"
PACKAGED = Path(__file__).parent / "manifest.yaml"
NON_COMMERCIAL = "non-commercial"
"""The licence of models that businesses may not use."""


class Job(StrEnum):
    """What a model is for."""

    STT = "stt"
    TTS = "tts"
    TURN = "turn"
    VAD = "vad"


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path:
        raise ValueError("write a path inside of the model's folder")
    return path


class ModelFile(BaseModel):
    """One file to fetch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, AfterValidator(_inside)]
    """Where it lies below the model's ``base``, and then in its folder; an archive is gone once unpacked."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    """Published checksum; ``None`` where none is known, so that the first copy fetched is trusted."""
    size: int | None = Field(default=None, ge=0)
    """Bytes, where they are known."""
    unpack: bool = False
    """It is a tar archive, whose contents (without their top folder) are what is kept."""


class Model(BaseModel):
    """One model, as an operator chooses it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    what: Job
    engine: Literal["whisper", "sherpa", "piper", "smart-turn"]
    """What runs it."""
    kind: str = ""
    """Which of the engine's architectures it is, where it has several."""
    languages: tuple[str, ...] = Field(min_length=1)
    """ISO 639-1 codes, with a region where the voice has one; ``multi`` for very many."""
    licence: str
    """Of the weights: an SPDX identifier, ``public domain``, ``unclear`` or ``non-commercial``."""
    licence_url: str = ""
    """Where the licence of these very weights stands."""
    size: int = Field(ge=1)
    """Bytes on disk, about."""
    homepage: str
    quality: str
    """One line on what to expect of it."""
    base: Annotated[str, Field(pattern=r"^https://")]
    """URL below which the files are published."""
    files: tuple[ModelFile, ...] = Field(min_length=1)

    def url(self, file: ModelFile, mirror: str = "") -> str:
        """Where ``file`` is fetched from; a ``mirror`` has a folder for each model."""
        return f"{mirror.rstrip('/')}/{self.name}/{file.path}" if mirror else f"{self.base}/{file.path}"

    @property
    def commercial(self) -> bool:
        """Whether a business may use it."""
        return self.licence != NON_COMMERCIAL

    @property
    def pinned(self) -> bool:
        """Whether every file has a published checksum."""
        return all(file.sha256 for file in self.files)


@cache
def manifest() -> Mapping[str, Model]:
    """Every known model by its name."""
    path = CHECKOUT if CHECKOUT.exists() else PACKAGED
    return read_manifest(path.read_text(encoding="utf-8"))


def read_manifest(text: str) -> Mapping[str, Model]:
    """The models of a manifest by their names, in its order."""
    models = [Model.model_validate(entry) for entry in yaml.safe_load(text)["models"]]
    named = {model.name: model for model in models}
    if len(named) < len(models):
        raise ValueError("two models of the manifest have one name")
    return named


def find_model(name: str) -> Model:
    """The model of that name.

    Raises:
        ModelError: there is none.
    """
    known = manifest()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3)
    meant = f": did you mean {' or '.join(near)}?" if near else ""
    raise ModelError(f"there is no model {name!r}{meant}; `voicebot models list` shows all")
