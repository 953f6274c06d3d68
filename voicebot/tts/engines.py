"""The voice the settings name."""

from __future__ import annotations

from typing import assert_never

from voicebot.tts.espeak import EspeakSynthesizer
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Synthesizer


def open_synthesizer(settings: TtsSettings) -> Synthesizer:
    """An engine ready to speak; whoever opens it closes it.

    Raises:
        SpeechError: the engine is not installed.
    """
    match settings.engine:
        case "espeak":
            return EspeakSynthesizer()
        case unknown:
            assert_never(unknown)
