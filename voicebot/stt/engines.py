"""Which recogniser the settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from voicebot.errors import SpeechError
from voicebot.models.folder import model_folder
from voicebot.models.manifest import manifest
from voicebot.stt.recognizer import Recognizer
from voicebot.stt.settings import Engine, SttSettings


def open_recognizer(settings: SttSettings, models: Path) -> Recognizer:
    """The recogniser of ``settings``, ready to serve any number of calls; ``models`` is where models lie.

    Raises:
        SpeechError: the engine is not installed, or its model is not here, or not for it or the languages.
    """
    # Imported only where it is wanted: a server with another engine need not install this one.
    match settings.engine:
        case Engine.SPHINX:
            from voicebot.stt.sphinx import SphinxRecognizer

            return SphinxRecognizer(settings)
        case Engine.WHISPER:
            from voicebot.stt.whisper import whisper_recognizer

            return whisper_recognizer(settings, _folder(settings, models))
        case Engine.SHERPA:
            from voicebot.stt.sherpa import sherpa_recognizer

            return sherpa_recognizer(settings, _folder(settings, models))
        case _:
            assert_never(settings.engine)


def _folder(settings: SttSettings, models: Path) -> Path:
    if not settings.model:
        raise SpeechError(
            f"the recogniser {settings.engine} needs a model: name one as stt.model; `voicebot models list`"
            " tells which there are"
        )
    _check_listed(settings)
    return model_folder(settings.model, models)


def _check_listed(settings: SttSettings) -> None:
    """Of a model that voicebot knows it can be told beforehand whether it will hear the callers."""
    known = manifest().get(settings.model)
    if known is None:
        return
    if known.engine != settings.engine:
        raise SpeechError(
            f"the model {known.name} is not for {settings.engine}: set stt.engine: {known.engine}"
        )
    if unheard := sorted(set(settings.languages).difference(known.languages)):
        raise SpeechError(
            f"the model {known.name} does not hear {', '.join(unheard)}: take another stt.model, or fewer"
            " stt.languages"
        )
