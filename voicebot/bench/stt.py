"""Recognisers on a folder of clips: how many words are wrong, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from rich.console import Console
from rich.progress import track

from voicebot.bench.clips import Clip
from voicebot.bench.figures import Spread, spread
from voicebot.bench.line import on_the_line, sound_of
from voicebot.bench.words import word_errors, words_of
from voicebot.dialogue.understanding.recording import context_of_recording
from voicebot.settings import Settings
from voicebot.stt.engines import open_recognizer
from voicebot.stt.files import transcribe_sound
from voicebot.stt.recognizer import Recognizer
from voicebot.stt.settings import Denoiser
from voicebot.stt.wav import read_wav

AROUND = 0.3
"""Seconds of the line before and after a clip: what a call gives a recogniser before the first word."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One clip."""

    errors: int
    words: int
    seconds: float
    """Length of the sound."""
    ms: float
    """To the words, from its end."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One recogniser in one language."""

    engine: str
    language: str
    noise_db: float | None
    """How far below the voice the noise of the line was; ``None``: the clips were heard as they are."""
    clips: int
    word_error_rate: float
    exact: float
    """Share of the clips without an error."""
    real_time_factor: float
    """Seconds of work per second of sound."""
    ms: Spread | None
    """To the words, from the end of the sound."""


async def measure_recognizer(
    settings: Settings, clips: Sequence[Clip], noise: float | None = None
) -> list[Accuracy]:
    """The recogniser of ``settings``, by language; clips without words are passed over, all others put on a
    line whose noise is ``noise`` dB below the voice, unless that is ``None``.

    Raises:
        SpeechError: the engine is not installed or failed, or a file is no sound.
    """
    spoken = sorted((clip for clip in clips if words_of(clip.text)), key=lambda clip: clip.lang)
    return [
        await _in_language(settings, language, list(group), noise)
        for language, group in groupby(spoken, key=lambda clip: clip.lang)
    ]


async def _in_language(
    settings: Settings, language: str, clips: Sequence[Clip], noise: float | None
) -> Accuracy:
    stt = settings.stt.model_copy(update={"languages": (language,)})
    recognizer = open_recognizer(stt, settings.models_dir)
    console = Console(stderr=True)
    try:
        await recognizer.ready()
        heard = [
            await _heard(recognizer, clip, noise, seed)
            for seed, clip in enumerate(
                track(clips, f"{stt.engine} {language}", console=console, transient=True)
            )
        ]
    finally:
        await recognizer.close()
    behind = "" if stt.denoise is Denoiser.NONE else f"behind {stt.denoise}"
    return accuracy(" ".join(filter(None, (stt.engine, stt.model, behind))), language, heard, noise)


async def _heard(recognizer: Recognizer, clip: Clip, noise: float | None, seed: int) -> Heard:
    context = context_of_recording(clip.lang, clip.expect, date.today())
    pcm, band = read_wav(clip.path)
    if noise is not None:
        pcm = on_the_line(np.pad(sound_of(pcm), int(AROUND * band)), band, noise, seed)
    told = await transcribe_sound(pcm, band, recognizer=recognizer, context=context)
    said = words_of(clip.text)
    return Heard(word_errors(said, words_of(told.transcript.text)), len(said), told.seconds, told.ms)


def accuracy(engine: str, language: str, heard: Sequence[Heard], noise: float | None = None) -> Accuracy:
    """The figures of clips that were heard; at least one."""
    return Accuracy(
        engine,
        language,
        noise,
        len(heard),
        round(sum(one.errors for one in heard) / sum(one.words for one in heard), 3),
        round(sum(not one.errors for one in heard) / len(heard), 3),
        round(sum(one.ms for one in heard) / 1000 / sum(one.seconds for one in heard), 3),
        spread(one.ms for one in heard),
    )
