"""Speech brought to the level of a telephone line, with clean ends. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicebot.tts.settings import LoudnessSettings

Samples = npt.NDArray[np.float64]
"""Mono sound, 1.0 is full scale."""

BLOCK_SECONDS = 0.02
ACTIVITY_MARGIN = 15.9
"""Decibels below the active level down to which a block counts as speech (ITU-T P.56)."""
SILENCE_MARGIN = 50.0
"""Decibels below the peak under which the ends are taken for silence; soft consonants lie 20 above."""
LIMITER_SECONDS = 0.005
"""How early and how long a peak turns the sound down: too slow to hear as distortion."""


def level_prompt(samples: Samples, rate: int, settings: LoudnessSettings) -> Samples:
    """Trim, level and fade a whole prompt; sound without speech comes back empty."""
    spoken = _trim(samples, rate, settings)
    if not spoken.size:
        return spoken
    gain = _from_decibels(settings.speech_level - active_level(spoken, rate))
    limited = _limit(spoken * gain, rate, _from_decibels(settings.peak_level))
    return _fade(limited, round(settings.fade * rate))


def active_level(samples: Samples, rate: int) -> float:
    """Level in dBFS of the speech alone, pauses left out, in the manner of ITU-T P.56.

    Silence has the level ``-inf``.
    """
    power = _block_power(samples, rate)
    speech = power[power > 0]
    while speech.size:
        threshold = speech.mean() * 10 ** (-ACTIVITY_MARGIN / 10)
        if speech.min() >= threshold:
            return float(10 * np.log10(speech.mean()))
        speech = speech[speech >= threshold]
    return -np.inf


def _block_power(samples: Samples, rate: int) -> Samples:
    """Mean square of each block; the last may be shorter."""
    length = max(1, round(BLOCK_SECONDS * rate))
    starts = np.arange(0, samples.size, length)
    if not starts.size:
        return np.zeros(0)
    sizes = np.diff(np.append(starts, samples.size))
    return np.add.reduceat(samples**2, starts) / sizes


def _trim(samples: Samples, rate: int, settings: LoudnessSettings) -> Samples:
    """The sound from its first to its last audible sample and the little silence around them."""
    peak = np.abs(samples).max(initial=0.0)
    audible = np.flatnonzero(np.abs(samples) > peak * _from_decibels(-SILENCE_MARGIN))
    if not audible.size:
        return samples[:0]
    begin = audible[0] - round(settings.leading_silence * rate)
    end = audible[-1] + 1 + round(settings.trailing_silence * rate)
    return samples[max(0, begin) : end]


def _limit(samples: Samples, rate: int, ceiling: float) -> Samples:
    """Turn the sound down around peaks, so that no sample is above ``ceiling``.

    The mean over a window of the lowest gain over a window never exceeds the gain that its middle needs.
    """
    loudness = np.abs(samples)
    if loudness.max() <= ceiling:
        return samples
    needed = ceiling / np.maximum(loudness, ceiling)
    reach = round(LIMITER_SECONDS * rate)
    padded = np.pad(needed, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.full(2 * reach + 1, 1 / (2 * reach + 1))
    return samples * np.convolve(lowest, window, mode="valid")


def _fade(samples: Samples, length: int) -> Samples:
    """Raised-cosine ends."""
    length = min(length, samples.size // 2)
    swell = 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(1, length))
    faded = samples.copy()
    faded[:length] *= swell
    faded[samples.size - length :] *= swell[::-1]
    return faded


def _from_decibels(level: float) -> float:
    return float(10 ** (level / 20))
