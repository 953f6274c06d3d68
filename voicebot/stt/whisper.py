"""Whisper: English, Spanish and more, on a processor or a graphics card."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from voicebot.errors import SpeechError
from voicebot.stt.jobs import Prompted
from voicebot.stt.settings import SttSettings
from voicebot.stt.utterances import UtteranceRecognizer

if TYPE_CHECKING:
    from voicebot.stt.whisper_model import WhisperModel


def whisper_recognizer(settings: SttSettings, folder: Path) -> UtteranceRecognizer[Prompted]:
    """A recogniser on the Whisper model in ``folder``.

    Raises:
        SpeechError: faster-whisper is not installed.
    """

    def load() -> WhisperModel:
        # Imported in the thread that loads: it takes half a second.
        from voicebot.stt.whisper_model import WhisperModel

        return WhisperModel(folder, settings)

    name = f"faster-whisper {_installed()} {folder.name}"
    return UtteranceRecognizer(name, load, settings, redecode=settings.whisper.redecode)


def _installed() -> str:
    try:
        return version("faster-whisper")
    except PackageNotFoundError:
        raise SpeechError("faster-whisper is not installed: pip install 'voicebot[whisper]'") from None
