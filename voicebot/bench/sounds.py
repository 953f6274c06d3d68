"""What callers of the load test sound like: one voice, one cough, one noise, the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicebot.bench.hearing import audible
from voicebot.media.frame import BYTES_PER_SAMPLE, Band
from voicebot.tts.cache import PromptCache
from voicebot.tts.espeak import EspeakSynthesizer
from voicebot.tts.settings import TtsSettings

SENTENCE = "yes I can pay next friday"
INTERRUPTION = "no wait a moment please I would like to say something else"
COUGH_SECONDS = 0.15
NOISE_PEAK = 300
"""Of 32768: -41 dBFS, a car with its windows closed."""

BAND = Band.NARROW

Frames = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Each a row of 20 ms frames that begins and ends with an audible one."""

    sentence: Frames
    interruption: Frames
    cough: Frames
    noise: Frames
    """Goes under everything, over and over."""


async def make_sounds(folder: Path) -> Sounds:
    """The sounds, rendered or from the cache in ``folder``.

    Raises:
        SpeechError: there is no voice: the extra ``voicebot[embedded]`` is not installed.
    """
    settings, synthesizer = TtsSettings(), EspeakSynthesizer()
    try:
        prompts = PromptCache(synthesizer, folder, settings)
        spoken = [
            await prompts.render(text, voice=settings.every_voice["en"], rate=int(BAND))
            for text in (SENTENCE, INTERRUPTION)
        ]
    finally:
        await synthesizer.close()
    chance = np.random.default_rng(1)
    sentence, interruption = map(voiced_part, spoken)
    return Sounds(sentence, interruption, _cough(chance), _noise(chance))


def voiced_part(pcm: bytes) -> Frames:
    """From the first audible frame to the last."""
    size = BAND.frame_bytes
    frames = [pcm[at : at + size].ljust(size, b"\0") for at in range(0, len(pcm), size)]
    heard = [number for number, frame in enumerate(frames) if audible(frame)]
    return tuple(frames[heard[0] : heard[-1] + 1]) if heard else ()


def with_noise(frame: bytes, noise: bytes) -> bytes:
    """Both at once."""
    both = np.frombuffer(frame, "<i2").astype(np.int32) + np.frombuffer(noise, "<i2")
    mixed: bytes = np.clip(both, -32768, 32767).astype("<i2").tobytes()
    return mixed


def _cough(chance: np.random.Generator) -> Frames:
    """A burst of noise that dies away."""
    time = np.arange(int(COUGH_SECONDS * BAND)) / BAND
    return voiced_part(_pcm(9000 * np.exp(-time / 0.06) * chance.standard_normal(time.size)))


def _noise(chance: np.random.Generator) -> Frames:
    pcm = _pcm(NOISE_PEAK / 4 * chance.standard_normal(2 * BAND))
    size = BAND.frame_bytes
    return tuple(pcm[at : at + size] for at in range(0, len(pcm) - size + 1, size))


def _pcm(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bytes:
    assert BYTES_PER_SAMPLE == 2
    sound: bytes = np.clip(samples, -32768, 32767).astype("<i2").tobytes()
    return sound
