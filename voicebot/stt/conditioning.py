"""Sound as a wideband recogniser hears it best. Pure.

A G.711 line carries nothing above 3.4 kHz and digital silence between words, and levels differ by 30 dB.
An acoustic
model trained on 16 kHz microphones takes all three badly: so the level is set, silence gets a faint noise,
and on a
narrow line the mirror image above 4 kHz is left in, where the model's upper filters would find nothing:
strong
in a hiss, weak in a vowel, as a wide line would have it.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voicebot.media.frame import Band

Samples = NDArray[np.float32]
"""Mono, from -1 to 1."""

SPEECH_LEVEL = 10 ** (-22 / 20)
"""RMS of the speech, about -22 dBFS."""
NOISE_LEVEL = 10 ** (-50 / 20)
"""RMS of the comfort noise. At -60 dBFS a quarter of all single digits were lost in the silence around
them."""
IMAGE = 2.5
"""Share of a narrow line's mirror image that is left above 4 kHz in a sound as strong above 2.2 kHz as below
1.5; 1.7 to 3 serve. One share for all sounds heard 13 of 20 dates of a synthetic caller, this one 20."""
PADDING_SECONDS = 0.2
"""Silence on either side of the words: enough for the models' own, too little to shift the cepstral mean."""
_AUDIBLE = 0.01
"""RMS, as a share of the loudest block's, that may belong to a word."""
_EMPTY = 1e-4
"""Share of the power above 4 kHz under which a 16 kHz channel carries a narrow line's sound."""
_BLOCK_SECONDS = 0.02
_CONSONANT_SECONDS = 0.1
_TAPS = 47
_HOP = Band.NARROW // 100
_VOICE = slice(6, 30)
"""300 to 1500 Hz, in the 50 Hz bins of 20 ms."""
_HISS = slice(44, 68)
"""2200 to 3400 Hz."""
_FAINT = 1e-7
"""Power that is no sound: the share must not follow the quotient of two silences."""
_MOST_IMAGE = 8.0


def samples(pcm: bytes) -> Samples:
    """16-bit PCM as samples from -1 to 1."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768)


def wideband(sound: Samples, band: Band) -> bytes:
    """16-bit PCM at 16 kHz of an utterance heard on a line of this band, its level and silences made even."""
    edge = np.zeros(int(PADDING_SECONDS * band), np.float32)
    padded = np.concatenate([edge, _levelled(_trimmed(sound, band), band), edge])
    wide = padded if band is Band.WIDE else _doubled(padded)
    # Seeded: the same utterance is always heard the same.
    noise = np.random.default_rng(len(wide)).normal(0, NOISE_LEVEL, len(wide))
    return (np.clip(wide + noise, -1, 1) * 32767).astype("<i2").tobytes()


def by_content(sound: Samples, band: Band) -> tuple[Samples, Band]:
    """A 16 kHz channel that carries a narrow line's sound, given back as the narrow line it is."""
    if band is Band.NARROW or not sound.size:
        return sound, band
    power = np.abs(np.fft.rfft(sound)) ** 2
    if power[len(power) // 2 :].sum() > _EMPTY * power.sum():
        return sound, band
    return np.convolve(sound, _LOW_PASS, mode="same")[::2].astype(np.float32), Band.NARROW


def _blocks(sound: Samples, band: Band) -> Samples:
    """The RMS of each 20 ms."""
    size = int(_BLOCK_SECONDS * band)
    whole = sound[: len(sound) // size * size].reshape(-1, size)
    rms: Samples = np.sqrt((whole**2).mean(axis=1))
    return rms


def _levelled(sound: Samples, band: Band) -> Samples:
    """The sound with its speech at ``SPEECH_LEVEL``."""
    rms = _blocks(sound, band)
    if not rms.size or not rms.max() > 0:
        return sound
    speech = rms[rms > rms.max() * 0.1]
    level = float(np.sqrt((speech**2).mean()))
    return sound * np.float32(SPEECH_LEVEL / level)


def _trimmed(sound: Samples, band: Band) -> Samples:
    """The sound from the first to the last block that may belong to a word, with room for a faint
    consonant."""
    rms = _blocks(sound, band)
    audible = np.flatnonzero(rms > rms.max(initial=0) * _AUDIBLE)
    if not audible.size:
        return sound
    size, room = int(_BLOCK_SECONDS * band), int(_CONSONANT_SECONDS * band)
    return sound[max(0, audible[0] * size - room) : (audible[-1] + 1) * size + room]


def _doubled(sound: Samples) -> Samples:
    """Twice the rate, by zero-stuffing and a low-pass filter that lets the upper half through where it
    hisses."""
    stuffed = np.zeros(2 * len(sound), np.float32)
    stuffed[::2] = 2 * sound
    low = np.convolve(stuffed, _LOW_PASS, mode="same")
    doubled: Samples = (low + _image(sound) * (stuffed - low)).astype(np.float32)
    return doubled


def _image(sound: Samples) -> Samples:
    """The mirror image's share for each sample of the doubled ``sound``, by how much of a hiss it is."""
    framed = sliding_window_view(np.pad(sound, _HOP), 2 * _HOP)[::_HOP]
    power = np.abs(np.fft.rfft(framed * np.hanning(2 * _HOP))) ** 2
    low, high = (power[:, band].mean(axis=1) + _FAINT for band in (_VOICE, _HISS))
    # The fourth root of the powers: half as steep in decibels as the sound itself.
    share = np.minimum(IMAGE * (high / low) ** 0.25, _MOST_IMAGE)
    at = np.arange(2 * len(sound)) / (2 * _HOP)
    shares: Samples = np.interp(at, np.arange(len(share)), share).astype(np.float32)
    return shares


def _low_pass() -> Samples:
    """A quarter-rate low-pass: Hamming-windowed sinc."""
    middle = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = np.sinc(middle / 2) * np.hamming(_TAPS)
    normal: Samples = (taps / taps.sum()).astype(np.float32)
    return normal


_LOW_PASS = _low_pass()
