"""Which of sherpa-onnx's kinds of model lies in a folder, and in which files.

sherpa-onnx ends the whole process when a model is not of the kind it was told: so its kind is read from the
files first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voicebot.errors import SpeechError
from voicebot.models.files import holds


class SherpaKind(StrEnum):
    """The architectures that voicebot runs on sherpa-onnx."""

    TRANSDUCER = "transducer"
    """Streaming zipformer and others of icefall: hears while the caller speaks."""
    NEMO = "nemo"
    """NVIDIA's Parakeet and other transducers of NeMo, for whole utterances."""
    WHISPER = "whisper"
    """Whisper in sherpa-onnx's files, for whole utterances."""
    MOONSHINE = "moonshine"
    """Moonshine with a merged decoder, for whole utterances."""


@dataclass(frozen=True, slots=True)
class SherpaModel:
    """The files of a model."""

    kind: SherpaKind
    files: Mapping[str, str]
    """The path of each, by the name that sherpa-onnx has for it."""


@dataclass(frozen=True, slots=True)
class _Signs:
    """What tells a kind from the others."""

    patterns: Mapping[str, str]
    """Of the files' names, by the name that sherpa-onnx has for each; its marked file is the encoder."""
    mark: bytes
    """A key of the encoder's metadata that others lack; empty where the names of the files suffice."""


_TRANSDUCER = {
    "encoder": "encoder*.onnx",
    "decoder": "decoder*.onnx",
    "joiner": "joiner*.onnx",
    "tokens": "tokens.txt",
}
_SIGNS = {
    SherpaKind.TRANSDUCER: _Signs(_TRANSDUCER, b"decode_chunk_len"),
    SherpaKind.NEMO: _Signs(_TRANSDUCER, b"pred_rnn_layers"),
    SherpaKind.WHISPER: _Signs(
        {"encoder": "*-encoder*.onnx", "decoder": "*-decoder*.onnx", "tokens": "*tokens.txt"}, b"n_text_layer"
    ),
    SherpaKind.MOONSHINE: _Signs(
        {"encoder": "encoder_model*.ort", "decoder": "decoder_model_merged*.ort", "tokens": "tokens.txt"}, b""
    ),
}


def find_sherpa_model(folder: Path) -> SherpaModel:
    """The model in ``folder``; of files in several precisions the smallest numbers are taken.

    Raises:
        SpeechError: there is none, or it is of a kind that voicebot does not run.
    """
    for model in _candidates(folder):
        mark = _SIGNS[model.kind].mark
        if not mark or holds(Path(model.files["encoder"]), mark):
            return model
    kinds = ", ".join(SherpaKind)
    raise SpeechError(
        f"no model for sherpa-onnx in {folder}: voicebot runs the kinds {kinds}, from the files that"
        " sherpa-onnx publishes"
    )


def _candidates(folder: Path) -> Iterator[SherpaModel]:
    for kind, signs in _SIGNS.items():
        found = {name: _smallest(folder, pattern) for name, pattern in signs.patterns.items()}
        if all(found.values()):
            yield SherpaModel(kind, {name: str(path) for name, path in found.items()})


def _smallest(folder: Path, pattern: str) -> Path | None:
    return min(folder.glob(pattern), key=lambda path: path.stat().st_size, default=None)
