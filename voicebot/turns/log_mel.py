"""The features that Whisper's encoder takes, in numpy. Pure.

A log-mel spectrogram of 80 bands and 100 frames a second, over the last eight seconds of a caller's sound:
windows of 25 ms, mel bands after Slaney, levels within 8 (natural: 80 dB) of the loudest, about -1 to 1.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SECONDS = 8
BANDS = 80
HOP = RATE // 100
WINDOW = 400
FRAMES = SECONDS * RATE // HOP

Samples = NDArray[np.float32]


def log_mel(sound: Samples) -> Samples:
    """[80, 800] of ``sound`` at 16 kHz: its last eight seconds, or silence and then all of it."""
    kept = sound[-SECONDS * RATE :]
    whole = np.pad(kept, (SECONDS * RATE - len(kept), 0))
    mean, spread = whole.mean(), whole.std()
    levels = np.log10(np.maximum(_mel_power((whole - mean) / np.sqrt(spread**2 + 1e-7)), 1e-10))
    return np.asarray((np.maximum(levels, levels.max() - 8) + 4) / 4, np.float32)


def _mel_power(sound: Samples) -> Samples:
    padded = np.pad(sound, WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:FRAMES]
    spectra = np.fft.rfft(windows * _hann(), axis=1)
    return np.asarray(mel_bands() @ (spectra.real**2 + spectra.imag**2).T, np.float32)


@cache
def _hann() -> Samples:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW), np.float32)


@cache
def mel_bands() -> Samples:
    """The weight of each of 201 frequencies in each of 80 bands, all bands of one area."""
    edges = _hertz(np.linspace(_mel(0.0), _mel(RATE / 2), BANDS + 2))
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    hertz = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    triangles = np.maximum(np.minimum(rising, falling), 0.0)
    return np.asarray(triangles * 2 / (high - low), np.float32)


KNEE, KNEE_MEL, STEP = 1000.0, 15.0, np.log(6.4) / 27
# Slaney's scale: linear up to 1 kHz, at 15 mel, and 27 mel for each factor of 6.4 above.


def _mel(hertz: float) -> float:
    return hertz * KNEE_MEL / KNEE if hertz < KNEE else KNEE_MEL + float(np.log(hertz / KNEE)) / STEP


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = KNEE * np.exp(STEP * (mel - KNEE_MEL))
    return np.where(mel < KNEE_MEL, mel * KNEE / KNEE_MEL, above)
