"""Which of sherpa-onnx's kinds of voice lies in a folder, and in which files.

sherpa-onnx ends the whole process when a voice is not of the kind it was told, or lacks a file: so its files
are looked at first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import SpeechError
from voicebot.models.files import holds

MARK, KOKORO, MATCHA = b"n_speakers", b"style_dim", b"num_ode_steps"
"""Keys of the metadata: of every voice that was made for sherpa-onnx (files of Piper's own lack it), of
Kokoro's alone, of Matcha's alone."""
VOCODERS = ("vocos*.onnx", "hifigan*.onnx")


@dataclass(frozen=True, slots=True)
class SherpaFiles:
    """A voice on disk."""

    model: Path
    tokens: Path
    """Its alphabet: phonemes."""
    speakers: Path | None = None
    """Those of Kokoro; others have them in the model."""
    vocoder: Path | None = None
    """What makes sound of Matcha's spectrograms; VITS, which Piper's voices are too, needs none."""


def find_sherpa_voice(folder: Path) -> SherpaFiles:
    """The voice in ``folder``; of models in several precisions the finest is taken.

    Raises:
        SpeechError: there is none that sherpa-onnx can run, or a file is missing.
    """
    vocoders = {file for pattern in VOCODERS for file in folder.glob(pattern)}
    model = _finest({*folder.glob("*.onnx")} - vocoders)
    if model is None or not holds(model, MARK):
        raise SpeechError(
            f"no voice for sherpa-onnx in {folder}: voicebot runs Kokoro, Matcha and VITS, from the files"
            " that sherpa-onnx publishes; a voice of Piper's own needs the engine piper"
        )
    tokens = _beside(model, "tokens.txt")
    if holds(model, KOKORO):
        return SherpaFiles(model, tokens, speakers=_beside(model, "voices.bin"))
    if holds(model, MATCHA):
        return SherpaFiles(model, tokens, vocoder=_finest(vocoders) or _beside(model, "hifigan_v2.onnx"))
    return SherpaFiles(model, tokens)


def _finest(files: set[Path]) -> Path | None:
    return max(files, key=lambda file: file.stat().st_size, default=None)


def _beside(model: Path, name: str) -> Path:
    file = model.with_name(name)
    if not file.is_file():
        raise SpeechError(f"the voice {model} needs {name} beside it")
    return file
