"""Which recogniser the settings ask for."""

from __future__ import annotations

from voicebot.stt.recognizer import Recognizer
from voicebot.stt.settings import Engine, SttSettings


def open_recognizer(settings: SttSettings) -> Recognizer:
    """The recogniser of ``settings``, ready to serve any number of calls.

    Raises:
        SpeechError: the engine is not installed.
    """
    match settings.engine:
        case Engine.SPHINX:
            # Imported only where it is wanted: a server with another engine need not install this one.
            from voicebot.stt.sphinx import SphinxRecognizer

            return SphinxRecognizer(settings)
