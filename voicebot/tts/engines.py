"""The voices that the settings name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import assert_never

import structlog

from voicebot.errors import SpeechError
from voicebot.models.folder import model_folder
from voicebot.remote.breaker import Breaker
from voicebot.tts.ensemble import Ensemble
from voicebot.tts.guarded import Guarded, RemoteVoices
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Engine, Synthesizer, Voice

log = structlog.get_logger(__name__)


def open_synthesizer(settings: TtsSettings, models: Path) -> Synthesizer:
    """Engines for every voice of ``settings``; whoever opens them closes them.

    ``models`` is where models lie.

    Raises:
        SpeechError: an engine is not installed, or a voice is not here.
    """
    chosen = settings.every_voice.values()
    stand_ins = filter(None, map(settings.stand_in, chosen))
    voices = dict.fromkeys((*chosen, *stand_ins))
    by_engine = {voice.engine: [one for one in voices if one.engine is voice.engine] for voice in voices}
    needed = {voice.engine for voice in (*chosen, *filter(None, map(settings.stand_in, _remote(chosen))))}
    engines = dict[Engine, Synthesizer]()
    for engine, own in by_engine.items():
        try:
            engines[engine] = _open(engine, own, settings, models)
        except SpeechError as error:
            if engine in needed:
                raise
            log.warning("no_voice_stands_in", engine=engine.value, reason=str(error))
    return Ensemble(engines)


def _remote(voices: Iterable[Voice]) -> list[Voice]:
    return [voice for voice in voices if voice.engine.is_remote]


def _open(engine: Engine, voices: Collection[Voice], settings: TtsSettings, models: Path) -> Synthesizer:
    # Imported only where it is wanted: a server with other voices need not install this one.
    match engine:
        case Engine.ESPEAK:
            from voicebot.tts.espeak import EspeakSynthesizer

            return EspeakSynthesizer()
        case Engine.PIPER:
            from voicebot.tts.piper import piper_voices

            return piper_voices(_folders(voices, models), threads=settings.threads)
        case Engine.SHERPA:
            from voicebot.tts.sherpa import sherpa_voices

            return sherpa_voices(_folders(voices, models), threads=settings.threads)
        case Engine.OPENAI | Engine.WYOMING:
            return Guarded(
                open_remote(engine, settings),
                Breaker(settings.failures, settings.rest),
                seconds=settings.timeout,
                may_fail=all(settings.stand_in(voice) for voice in voices),
            )
        case _:
            assert_never(engine)


def open_remote(engine: Engine, settings: TtsSettings) -> RemoteVoices:
    """The voices of one server by themselves."""
    if engine is Engine.OPENAI:
        from voicebot.tts.openai import OpenAiVoices

        return OpenAiVoices(settings)
    from voicebot.tts.wyoming import WyomingVoices

    return WyomingVoices(settings)


def _folders(voices: Collection[Voice], models: Path) -> Mapping[Voice, Path]:
    return {voice: model_folder(voice.name, models) for voice in voices}
