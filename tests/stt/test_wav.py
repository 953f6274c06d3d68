from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from voicebot.errors import SpeechError
from voicebot.media.frame import Band
from voicebot.media.g711 import pcm_to_alaw, pcm_to_ulaw
from voicebot.stt.wav import read_wav

TONE = (8000 * np.sin(np.arange(1600) / 5)).astype("<i2").tobytes()


def wav(
    data: bytes, *, coding: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, extra: bytes = b""
) -> bytes:
    block = channels * bits // 8
    chunks = struct.pack("<4sIHHIIHH", b"fmt ", 16, coding, channels, rate, rate * block, block, bits)
    chunks += extra + struct.pack("<4sI", b"data", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "caller.wav"


def test_telephone_recording_is_read_as_it_is(file: Path) -> None:
    file.write_bytes(wav(TONE))
    assert read_wav(file) == (TONE, Band.NARROW)


def test_chunks_of_other_programs_are_skipped(file: Path) -> None:
    file.write_bytes(wav(TONE, extra=b"LIST\x03\x00\x00\x00abc\x00"))
    assert read_wav(file) == (TONE, Band.NARROW)


@pytest.mark.parametrize(
    ("rate", "band"), [(8000, Band.NARROW), (16000, Band.WIDE), (44100, Band.WIDE), (6000, Band.NARROW)]
)
def test_any_rate_becomes_one_of_two(file: Path, rate: int, band: Band) -> None:
    file.write_bytes(wav(TONE, rate=rate))
    pcm, found = read_wav(file)
    assert found is band
    assert len(pcm) / 2 / band == pytest.approx(800 / rate * 2, rel=0.02)


def test_two_channels_are_mixed(file: Path) -> None:
    left = np.frombuffer(TONE, "<i2")
    file.write_bytes(wav(np.column_stack([left, np.zeros_like(left)]).tobytes(), channels=2))
    assert np.abs(np.frombuffer(read_wav(file)[0], "<i2") - left / 2).max() <= 1


@pytest.mark.parametrize(("coding", "encode"), [(6, pcm_to_alaw), (7, pcm_to_ulaw)])
def test_g711_is_read(file: Path, coding: int, encode: object) -> None:
    file.write_bytes(wav(encode(TONE), coding=coding, bits=8))  # type: ignore[operator]
    error = np.frombuffer(read_wav(file)[0], "<i2").astype(float) - np.frombuffer(TONE, "<i2")
    assert np.abs(error).max() < 400


def test_eight_bits_are_read(file: Path) -> None:
    file.write_bytes(wav(bytes([128, 255, 0]), bits=8))
    assert np.frombuffer(read_wav(file)[0], "<i2").tolist() == [0, 32512, -32768]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no WAV file"),
        (b"ID3 this is music", "is no WAV file"),
        (b"RIFF\x04\x00\x00\x00WAVE", "is no WAV file"),
        (wav(TONE, coding=2), "WAV coding 2"),
        (wav(TONE, bits=24), "24 bits"),
        (wav(TONE, channels=0), "0 channels"),
        (wav(TONE, rate=1), "at 1 Hz"),
    ],
)
def test_what_cannot_be_read_is_said_plainly(file: Path, content: bytes, complaint: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SpeechError, match=complaint):
        read_wav(file)


def test_missing_file_is_said_plainly(file: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be read: No such file"):
        read_wav(file)
