"""Recorded utterances that recognisers and detectors are measured with."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from voicebot.errors import SpeechError

MANIFEST = "manifest.jsonl"


class Clip(BaseModel):
    """One line of the manifest; what is not named here is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: Path
    """Of the WAV file, from the folder of the manifest."""
    text: str
    """What is said; empty where nobody speaks."""
    lang: Literal["en", "es"] = "en"
    expect: Literal["amount", "date", "digits", "yes_no"] | None = None
    """The kind of answer that the speaker was asked for."""


def read_clips(folder: Path) -> list[Clip]:
    """The clips of ``folder/manifest.jsonl``, a JSON object a line.

    Raises:
        SpeechError: there is no manifest, or a line of it is none; says which and what belongs there.
    """
    manifest = folder / MANIFEST
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SpeechError(
            f"{manifest}: {error.strerror}; it has one line for each clip, such as "
            '{"path": "yes.wav", "text": "yes please", "lang": "en"}'
        ) from error
    return [_clip(manifest, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _clip(manifest: Path, number: int, line: str) -> Clip:
    try:
        clip = Clip.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise SpeechError(f"{manifest}:{number}: {where}: {problem['msg']}") from None
    return clip.model_copy(update={"path": manifest.parent / clip.path})
