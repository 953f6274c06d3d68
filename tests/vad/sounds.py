"""Sounds made by arithmetic, as 20 ms frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band

Wave = NDArray[np.float64]


def silence(seconds: float, band: Band = Band.NARROW) -> Wave:
    return np.zeros(round(seconds * band))


def tone(seconds: float, *, hertz: float = 1000.0, dbfs: float = -20.0, band: Band = Band.NARROW) -> Wave:
    """A sine; 0 dBFS is full scale."""
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * band)) / band)


def pink_noise(seconds: float, *, dbfs: float = -40.0, band: Band = Band.NARROW) -> Wave:
    """Noise like a street's; always the same."""
    count = round(seconds * band)
    random = np.random.default_rng(7)
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / band), 50)
    spectrum = random.normal(size=len(hertz)) + 1j * random.normal(size=len(hertz))
    noise = np.fft.irfft(spectrum / np.sqrt(hertz), count)
    return np.asarray(noise / np.std(noise) * 10 ** (dbfs / 20) / np.sqrt(2))


def vowels(seconds: float, *, pitch: float = 120.0, dbfs: float = -20.0, band: Band = Band.NARROW) -> Wave:
    """Syllables between "ah" and "ee": harmonics of a gliding pitch under moving formants."""
    at = np.arange(round(seconds * band)) / band
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.08 * np.sin(2 * np.pi * 1.5 * at))) / band
    glide = 0.5 + 0.5 * np.sin(2 * np.pi * 2.0 * at)
    formants = [(750 - 450 * glide, 90.0), (1200 + 1000 * glide, 120.0), (2500 + 300 * glide, 180.0)]
    wave = np.zeros(len(at))
    for harmonic in range(1, int(3600 / pitch)):
        strengths = [1 / (1 + ((harmonic * pitch - middle) / width) ** 2) for middle, width in formants]
        wave += sum(strengths) * np.sin(harmonic * phase) / harmonic**0.5
    wave *= 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at - np.pi / 2)
    return np.asarray(wave / np.sqrt(np.mean(wave**2)) * 10 ** (dbfs / 20) / np.sqrt(2))


def cough(seconds: float = 0.3, *, voiced: float = 0.0, dbfs: float = -14.0, seed: int = 0) -> Wave:
    """A burst of air that dies away; ``voiced``, from 0 to 1, is how much of a voice follows in it."""
    at = np.arange(round(seconds * Band.NARROW)) / Band.NARROW
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=len(at)))
    hertz = np.fft.rfftfreq(len(at), 1 / Band.NARROW)
    mouth = sum(
        1 / (1 + ((hertz - middle) / width) ** 2) for middle, width in ((550, 150), (1500, 300), (2700, 400))
    )
    air, voice = np.fft.irfft(spectrum * mouth, len(at)), vowels(seconds, pitch=140.0)
    share = voiced * np.clip((at - 0.08) / 0.05, 0, 1)
    wave = (air / air.std() * (1 - share) + voice / voice.std() * share) * np.exp(-3 * at / seconds)
    return np.asarray(wave / np.abs(wave).max() * 10 ** (dbfs / 20) * np.sqrt(2))


def pcm_of(*waves: Wave) -> bytes:
    """The waves one after another, as 16-bit mono."""
    pcm: bytes = (np.clip(np.concatenate(waves), -1, 1) * 32767).astype("<i2").tobytes()
    return pcm


def frames(*waves: Wave, band: Band = Band.NARROW, at: float = 0.0) -> list[AudioFrame]:
    """The waves one after another, cut into 20 ms."""
    pcm = pcm_of(*waves)
    size = band.frame_bytes
    count = len(pcm) // size
    return [
        AudioFrame(pcm[index * size : (index + 1) * size], band, at + index * FRAME_SECONDS)
        for index in range(count)
    ]
