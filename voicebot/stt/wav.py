"""Sound out of WAV files, as the lines of telephones would bring it.

RIFF is read here because the standard library's ``wave`` refuses the G.711 that telephone systems record.
"""

from __future__ import annotations

import struct
import wave
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from voicebot.errors import SpeechError
from voicebot.media.frame import Band
from voicebot.media.g711 import alaw_to_pcm, ulaw_to_pcm
from voicebot.media.resample import resample

_EXTENSIBLE = 0xFFFE
LOWEST_RATE, HIGHEST_RATE = 4000, 192000
"""Hertz; outside, the header is damaged."""


class _Format(NamedTuple):
    """The ``fmt`` chunk."""

    coding: int
    channels: int
    rate: int
    bits: int


def _unsigned_to_pcm(coded: bytes) -> bytes:
    wide: bytes = ((np.frombuffer(coded, np.uint8).astype("<i2") - 128) * 256).tobytes()
    return wide


_DECODERS: Mapping[tuple[int, int], Callable[[bytes], bytes]] = {
    (1, 8): _unsigned_to_pcm,
    (1, 16): lambda coded: coded[: len(coded) // 2 * 2],
    (6, 8): alaw_to_pcm,
    (7, 8): ulaw_to_pcm,
}
"""By coding and bits; the numbers are those of the WAVEFORMATEX registry."""


def read_wav(path: Path) -> tuple[bytes, Band]:
    """16-bit mono sound of a WAV file, and the line it sounds like: narrow at 8 kHz and below, else wide.

    Raises:
        SpeechError: it is no WAV file, or coded in a way not read here.
    """
    try:
        chunks = dict(_chunks(path.read_bytes()))
        of = _format(chunks[b"fmt "])
        coded = chunks[b"data"]
    except OSError as error:
        raise SpeechError(f"{path}: cannot be read: {error.strerror}") from error
    except (KeyError, struct.error, ValueError) as error:
        raise SpeechError(f"{path}: is no WAV file: record 8 or 16 kHz, 16-bit PCM") from error
    decode = _DECODERS.get((of.coding, of.bits))
    if not of.channels or not LOWEST_RATE <= of.rate <= HIGHEST_RATE:
        raise SpeechError(f"{path}: {of.channels} channels at {of.rate} Hz are no speech: record 8 or 16 kHz")
    if decode is None:
        raise SpeechError(
            f"{path}: WAV coding {of.coding} with {of.bits} bits is not read here: "
            "convert it to 8 or 16-bit PCM, mu-law or A-law"
        )
    band = Band.NARROW if of.rate <= Band.NARROW else Band.WIDE
    return resample(_mono(decode(coded), of.channels), of.rate, band), band


def wav_of(pcm: bytes, rate: int) -> bytes:
    """A WAV file of 16-bit mono sound at ``rate`` hertz."""
    file = BytesIO()
    with wave.open(file, "wb") as riff:
        riff.setnchannels(1)
        riff.setsampwidth(2)
        riff.setframerate(rate)
        riff.writeframes(pcm)
    return file.getvalue()


def _chunks(riff: bytes) -> Iterator[tuple[bytes, bytes]]:
    if riff[:4] != b"RIFF" or riff[8:12] != b"WAVE":
        raise ValueError("no RIFF header")
    at = 12
    while at + 8 <= len(riff):
        name, size = struct.unpack_from("<4sI", riff, at)
        yield name, riff[at + 8 : at + 8 + size]
        at += 8 + size + size % 2  # chunks begin at even offsets


def _format(chunk: bytes) -> _Format:
    coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if coding == _EXTENSIBLE:
        (coding,) = struct.unpack_from("<H", chunk, 24)
    return _Format(coding, channels, rate, bits)


def _mono(pcm: bytes, channels: int) -> bytes:
    if channels == 1:
        return pcm
    samples = np.frombuffer(pcm, "<i2")
    together = samples[: len(samples) // channels * channels].reshape(-1, channels).mean(axis=1)
    mixed: bytes = together.astype("<i2").tobytes()
    return mixed
