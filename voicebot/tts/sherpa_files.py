"""Which of sherpa-onnx's kinds of voice lies in a folder, and in which files.

sherpa-onnx ends the whole process when a voice is not of the kind it was told: so its files are looked at
first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import SpeechError
from voicebot.models.files import holds

MARK = b"n_speakers"
"""A key of the metadata of every voice that was made for sherpa-onnx; files of Piper's own lack it."""


@dataclass(frozen=True, slots=True)
class SherpaFiles:
    """A voice on disk."""

    model: Path
    tokens: Path
    """Its alphabet: phonemes."""
    speakers: Path | None
    """Those of Kokoro; VITS, which Piper's voices are too, has them in the model."""


def find_sherpa_voice(folder: Path) -> SherpaFiles:
    """The voice in ``folder``; of models in several precisions the finest is taken.

    Raises:
        SpeechError: there is none that sherpa-onnx can run.
    """
    model = max(folder.glob("*.onnx"), key=lambda file: file.stat().st_size, default=None)
    tokens, speakers = folder / "tokens.txt", folder / "voices.bin"
    if model is None or not holds(model, MARK) or not tokens.is_file():
        raise SpeechError(
            f"no voice for sherpa-onnx in {folder}: voicebot runs Kokoro and VITS, from the files that"
            " sherpa-onnx publishes; a voice of Piper's own needs the engine piper"
        )
    return SherpaFiles(model, tokens, speakers if speakers.is_file() else None)
