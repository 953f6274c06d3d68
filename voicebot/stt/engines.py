"""Which recogniser the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from voicebot.errors import SpeechError
from voicebot.models.folder import model_folder
from voicebot.models.manifest import manifest
from voicebot.remote.breaker import Breaker
from voicebot.stt.denoising import Cleaner, DenoisingRecognizer
from voicebot.stt.fallback import FallbackRecognizer, Link
from voicebot.stt.recognizer import Recognizer
from voicebot.stt.settings import Denoiser, Engine, SttSettings


def open_recognizer(settings: SttSettings, models: Path) -> Recognizer:
    """The recogniser of ``settings``, ready to serve any number of calls; ``models`` is where models lie.

    Raises:
        SpeechError: an engine or the noise suppression is not installed, or a model is not here.
    """
    cleaner = _cleaner(settings.denoise)
    recognizer = _open_all(settings, models)
    return DenoisingRecognizer(recognizer, cleaner, settings) if cleaner else recognizer


def _cleaner(denoiser: Denoiser) -> Callable[[int], Cleaner] | None:
    """What takes the noise out of an utterance of so many hertz, if anything does."""
    match denoiser:
        case Denoiser.NONE:
            return None
        case Denoiser.RNNOISE:
            from voicebot.stt.rnnoise import Rnnoise, the_library

            the_library()
            return Rnnoise
        case _:
            assert_never(denoiser)


def _open_all(settings: SttSettings, models: Path) -> Recognizer:
    """The recognisers of ``settings`` as one."""
    first, *others = settings.engines
    if not others and not first.is_remote:
        return open_engine(first, settings, models)
    links = [_link(engine, settings, models, stands_in=engine is not first) for engine in settings.engines]
    return FallbackRecognizer(links, settings)


def open_engine(engine: Engine, settings: SttSettings, models: Path) -> Recognizer:
    """One recogniser by itself.

    Raises:
        SpeechError: it is not installed, or its model is not here, or not for it or the languages.
    """
    # Imported only where it is wanted: a server with another engine need not install this one.
    match engine:
        case Engine.SPHINX:
            from voicebot.stt.sphinx import SphinxRecognizer

            return SphinxRecognizer(settings)
        case Engine.WHISPER:
            from voicebot.stt.whisper import whisper_recognizer

            return whisper_recognizer(settings, _folder(engine, settings, models))
        case Engine.SHERPA:
            from voicebot.stt.sherpa import sherpa_recognizer

            return sherpa_recognizer(settings, _folder(engine, settings, models))
        case Engine.OPENAI:
            from voicebot.stt.openai import OpenAiRecognizer

            return OpenAiRecognizer(settings)
        case Engine.OPENAI_REALTIME:
            from voicebot.stt.openai_realtime import OpenAiRealtimeRecognizer

            return OpenAiRealtimeRecognizer(settings)
        case Engine.WYOMING:
            from voicebot.stt.wyoming import WyomingRecognizer

            return WyomingRecognizer(settings)
        case _:
            assert_never(engine)


def _link(engine: Engine, settings: SttSettings, models: Path, *, stands_in: bool) -> Link:
    return Link(
        open_engine(engine, settings, models),
        Breaker(settings.failures, settings.rest),
        not_for=engine.demo_grade if stands_in and not settings.allow_demo_grade else frozenset(),
    )


def _folder(engine: Engine, settings: SttSettings, models: Path) -> Path:
    if not settings.model:
        raise SpeechError(
            f"the recogniser {engine} needs a model: name one as stt.model; `voicebot models list`"
            " tells which there are"
        )
    _check_listed(engine, settings)
    return model_folder(settings.model, models)


def _check_listed(engine: Engine, settings: SttSettings) -> None:
    """Of a model that voicebot knows it can be told beforehand whether it will hear the callers."""
    known = manifest().get(settings.model)
    if known is None:
        return
    if known.engine != engine:
        raise SpeechError(f"the model {known.name} is not for {engine}: set stt.engine: {known.engine}")
    if unheard := sorted(set(settings.languages).difference(known.languages)):
        raise SpeechError(
            f"the model {known.name} does not hear {', '.join(unheard)}: take another stt.model, or fewer"
            " stt.languages"
        )
