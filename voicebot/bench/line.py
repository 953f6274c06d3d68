"""What a telephone line makes of a clip, and where speech is in it. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicebot.media.frame import BYTES_PER_SAMPLE, Band
from voicebot.media.g711 import pcm_to_ulaw, ulaw_to_pcm

Sound = NDArray[np.float64]
"""Samples from -1 to 1."""

SPOKEN = 10 ** (-22 / 20)
"""Root mean square at which people are put on the line: usual on telephones."""
EDGE = 0.01
"""Seconds by which the edges of speech are placed."""
BELOW_SPOKEN = 20.0
"""dB under the loud parts of a clip below which nothing is taken for its speech."""
LASTING = 0.06
"""Seconds of which two thirds must be as loud as speech where it begins or ends: a click is not."""


def sound_of(pcm: bytes) -> Sound:
    """16-bit PCM as numbers."""
    return np.frombuffer(pcm, "<i2") / 32768


def on_the_line(speech: Sound, band: Band, below: float, seed: int) -> bytes:
    """PCM of ``speech`` at the usual loudness, in pink noise ``below`` dB softer, after G.711.

    What is silent is left to the noise; ``seed`` chooses which noise.
    """
    spoken = loudness(speech, band)
    heard = speech * (SPOKEN / spoken) if spoken else speech
    heard = heard + SPOKEN * 10 ** (-below / 20) * pink_noise(len(speech), band, seed)
    pcm = (np.clip(heard, -1, 1) * 32767).astype("<i2").tobytes()
    return ulaw_to_pcm(pcm_to_ulaw(pcm))


def pink_noise(samples: int, band: Band, seed: int) -> Sound:
    """Noise like a street's, of root mean square 1."""
    hertz = np.maximum(np.fft.rfftfreq(samples, 1 / band), 50)
    random = np.random.default_rng(seed)
    spectrum = random.normal(size=len(hertz)) + 1j * random.normal(size=len(hertz))
    noise = np.fft.irfft(spectrum / np.sqrt(hertz), samples)
    return np.asarray(noise / np.std(noise))


def loudness(sound: Sound, band: Band) -> float:
    """Root mean square of the loud parts."""
    return _loudness(_steps(sound, band))


def speech_in(sound: Sound, band: Band) -> tuple[float, float] | None:
    """Where the speech of a clip begins and ends, in seconds; ``None`` where nobody speaks.

    Clicks, and what a telephone does not carry, such as rumble, are no speech.
    """
    if not sound.any():
        return None
    steps = _steps(_carried(sound, band), band)
    loud = (steps > _loudness(steps) * 10 ** (-BELOW_SPOKEN / 20)).astype(float)
    width = round(LASTING / EDGE)
    share = np.convolve(loud, np.ones(width)) / width
    lasting = share > 2 / 3 - EDGE
    begins = np.flatnonzero((loud > 0) & lasting[width - 1 :])
    ends = np.flatnonzero((loud > 0) & lasting[: len(loud)])
    if not (begins.size and ends.size):
        return None
    return float(begins[0]) * EDGE, float(ends[-1] + 1) * EDGE


def _carried(sound: Sound, band: Band) -> Sound:
    """What a telephone carries of it."""
    hertz = np.fft.rfftfreq(len(sound), 1 / band)
    spectrum = np.fft.rfft(sound) * ((hertz >= 200) & (hertz <= 3400))
    return np.asarray(np.fft.irfft(spectrum, len(sound)))


def _steps(sound: Sound, band: Band) -> Sound:
    """Root mean square of each ``EDGE`` seconds."""
    size = round(EDGE * band)
    whole = sound[: len(sound) // size * size].reshape(-1, size)
    return np.asarray(np.sqrt((whole**2).mean(axis=1)))


def _loudness(steps: Sound) -> float:
    loud = steps[steps > steps.max(initial=0.0) / 10]
    return float(np.sqrt((loud**2).mean())) if loud.size else 0.0


def pcm_seconds(pcm: bytes, band: Band) -> float:
    """How long 16-bit PCM lasts."""
    return len(pcm) / BYTES_PER_SAMPLE / band
