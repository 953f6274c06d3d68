"""Recorded sound, recognised as a call would be."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.stt.wav import read_wav


class Transcribed(NamedTuple):
    """What was recognised in a file, and how long that took."""

    transcript: Transcript
    seconds: float
    """Length of the sound."""
    ms: float
    """Time from the end of the sound to the words."""


async def transcribe_file(path: Path, *, recognizer: Recognizer, context: ListenContext) -> Transcribed:
    """The words in a WAV file of any rate and layout; 8 kHz counts as a narrow line, anything more as a
    wide one.

    Raises:
        SpeechError: the file holds no sound that can be read, or the engine failed.
    """
    return await transcribe_sound(*read_wav(path), recognizer=recognizer, context=context)


async def transcribe_sound(
    pcm: bytes, band: Band, *, recognizer: Recognizer, context: ListenContext
) -> Transcribed:
    """The words in 16-bit sound of a line.

    Raises:
        SpeechError: the engine failed.
    """
    started = time.perf_counter()
    heard = [words async for words in recognizer.transcribe(_frames(pcm, band), context=context)]
    return Transcribed(heard[-1], len(pcm) / 2 / band, (time.perf_counter() - started) * 1000)


async def _frames(pcm: bytes, band: Band) -> AsyncIterator[AudioFrame]:
    size = band.frame_bytes
    for number, start in enumerate(range(0, len(pcm), size)):
        yield AudioFrame(pcm[start : start + size], band, number * FRAME_SECONDS)
