"""Piper: natural voices on a processor.

piper-tts is GPL-3.0-or-later, so it comes with the extra ``voicebot[piper]`` and is loaded at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from voicebot.errors import SpeechError
from voicebot.tts.neural import LoadedVoice, NeuralSynthesizer, file_identity
from voicebot.tts.synthesizer import Voice


def piper_voices(folders: Mapping[Voice, Path], *, threads: int) -> NeuralSynthesizer:
    """Speaks with the voices in ``folders``, each a file ``NAME.onnx`` with ``NAME.onnx.json`` beside it.

    Raises:
        SpeechError: piper-tts is not installed, or a folder has no voice.
    """
    engine = f"piper {_installed()}"
    files = {voice: voice_file(folder) for voice, folder in folders.items()}
    load: dict[Voice, Callable[[], LoadedVoice]] = {
        voice: partial(_load, file) for voice, file in files.items()
    }
    identities = {voice: f"{engine} {file_identity(file)}" for voice, file in files.items()}
    return NeuralSynthesizer(load, identities, threads=threads)


def voice_file(folder: Path) -> Path:
    """The one voice in ``folder``.

    Raises:
        SpeechError: there is none, or more than one.
    """
    voices = [file for file in sorted(folder.glob("*.onnx")) if Path(f"{file}.json").is_file()]
    if len(voices) == 1:
        return voices[0]
    found = "several voices" if voices else "no Piper voice"
    raise SpeechError(f"{found} in {folder}: put one NAME.onnx and its NAME.onnx.json there")


def _load(file: Path) -> LoadedVoice:
    # Imported in the thread: it takes a while.
    from voicebot.tts.piper_voice import PiperSpeaker

    try:
        return PiperSpeaker(file)
    except Exception as error:  # those of onnxruntime and of Piper's settings have nothing else in common
        raise SpeechError(f"the Piper voice {file} cannot be loaded: {error}") from error


def _installed() -> str:
    try:
        return version("piper-tts")
    except PackageNotFoundError:
        raise SpeechError("Piper is not installed: pip install 'voicebot[piper]' (GPL-3)") from None
