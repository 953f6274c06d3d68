"""sherpa-onnx: voices of Kokoro, Matcha and VITS (Piper's among them), under Apache-2.0.

How words are pronounced espeak-ng tells (GPL-3, the extra ``voicebot[embedded]``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from voicebot.errors import SpeechError
from voicebot.tts.espeak import the_library
from voicebot.tts.neural import LoadedVoice, NeuralSynthesizer, file_identity
from voicebot.tts.sherpa_files import SherpaFiles, find_sherpa_voice
from voicebot.tts.synthesizer import Voice


def sherpa_voices(folders: Mapping[Voice, Path], *, threads: int) -> NeuralSynthesizer:
    """Speaks with the voices in ``folders``, in the files that sherpa-onnx publishes.

    Raises:
        SpeechError: sherpa-onnx or espeak-ng is not installed, or a folder has no voice.
    """
    the_library()
    engine = f"sherpa-onnx {_installed()}"
    files = {voice: find_sherpa_voice(folder) for voice, folder in folders.items()}
    load: dict[Voice, Callable[[], LoadedVoice]] = {
        voice: partial(_load, found) for voice, found in files.items()
    }
    identities = {voice: f"{engine} {file_identity(found.model)}" for voice, found in files.items()}
    return NeuralSynthesizer(load, identities, threads=threads)


def _load(files: SherpaFiles) -> LoadedVoice:
    # Imported in the thread: it takes a while.
    from voicebot.tts.sherpa_voice import SherpaSpeaker

    return SherpaSpeaker(files)


def _installed() -> str:
    try:
        return version("sherpa-onnx")
    except PackageNotFoundError:
        raise SpeechError("sherpa-onnx is not installed: pip install 'voicebot[sherpa]'") from None
