from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import structlog.testing

from tests.fakes.engines import FakeRecognizer, spoken
from voicebot.bench.line import on_the_line
from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt import rnnoise
from voicebot.stt.denoising import DenoisingRecognizer
from voicebot.stt.engines import open_recognizer
from voicebot.stt.recognizer import ListenContext
from voicebot.stt.settings import Denoiser, SttSettings

SETTINGS = SttSettings(denoise=Denoiser.RNNOISE)
FRAME = Band.NARROW.frame_bytes


def said(seconds: float, below: float) -> bytes:
    """Silence and a tone on a line whose noise is ``below`` dB softer."""
    tone = np.sin(np.arange(int(seconds * Band.NARROW)) * 2 * np.pi * 300 / Band.NARROW)
    tone[: Band.NARROW // 4] = 0
    return on_the_line(tone, Band.NARROW, below, seed=1)


NOISY, QUIET = said(1.3, below=10.0), said(1.3, below=50.0)


class Inverter:
    """Cleans by turning the sound over, so that it can be told which part was cleaned."""

    def __init__(self, rate: int) -> None:
        self.pieces: list[int] = []

    def clean(self, pcm: bytes) -> bytes:
        self.pieces.append(len(pcm))
        return turned(pcm)


def turned(pcm: bytes) -> bytes:
    return (-1 - np.frombuffer(pcm, "<i2")).astype("<i2").tobytes()


async def heard_of(
    sound: AsyncIterable[AudioFrame], cleaner: type[Inverter] = Inverter, patience: float = 60.0
) -> bytes:
    """What the recogniser is given to hear."""
    recognizer = FakeRecognizer("engine", "yes")
    denoising = DenoisingRecognizer(recognizer, cleaner, SETTINGS, patience=patience)
    try:
        words = [one.text async for one in denoising.transcribe(sound, context=ListenContext("en"))]
    finally:
        await denoising.close()
    assert words == ["yes"]
    assert recognizer.closed
    return recognizer.heard[0]


async def test_an_utterance_of_a_noisy_line_is_heard_without_its_noise() -> None:
    assert await heard_of(spoken(NOISY)) == turned(NOISY + bytes(FRAME))


async def test_an_utterance_of_a_quiet_line_is_heard_as_it_is() -> None:
    assert await heard_of(spoken(QUIET)) == QUIET + bytes(FRAME)


async def test_half_a_frame_at_the_end_of_a_file_is_filled_with_silence() -> None:
    assert await heard_of(spoken(NOISY[:-100])) == turned(NOISY[:-100] + bytes(100) + bytes(FRAME))


async def test_a_sound_without_a_frame_is_none() -> None:
    assert await heard_of(spoken(b"")) == b""


async def test_noisy_words_are_better_than_late_ones() -> None:
    busy = threading.Event()

    class Busy(Inverter):
        def clean(self, pcm: bytes) -> bytes:
            busy.wait()
            return super().clean(pcm)

    with structlog.testing.capture_logs() as logs:
        heard = await heard_of(spoken(NOISY), Busy, patience=0.0)
    busy.set()
    assert heard == NOISY + bytes(FRAME)
    assert [log["event"] for log in logs] == ["noise_left_in"]


async def test_it_says_whose_words_they_are() -> None:
    denoising = DenoisingRecognizer(FakeRecognizer("engine"), Inverter, SETTINGS)
    assert denoising.name == "engine behind rnnoise"
    assert not denoising.hears_live
    await denoising.close()


async def test_a_recogniser_that_cannot_hear_cannot_behind_it_either() -> None:
    denoising = DenoisingRecognizer(FakeRecognizer("engine", error=SpeechError("deaf")), Inverter, SETTINGS)
    with pytest.raises(SpeechError, match="deaf"):
        await denoising.ready()
    await denoising.close()


def test_who_wants_rnnoise_without_its_extra_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rnnoise.the_library.cache_clear()
    monkeypatch.setattr(rnnoise, "find_spec", lambda name: None)
    with pytest.raises(SpeechError, match=r"pip install 'voicebot\[rnnoise\]', or set stt\.denoise: none"):
        open_recognizer(SETTINGS, Path())


@pytest.mark.engine
@pytest.mark.parametrize("band", list(Band))
def test_rnnoise_takes_noise_out_and_loses_no_time(band: Band) -> None:
    rnnoise.the_library.cache_clear()
    if find_spec("pyrnnoise") is None and os.environ.get("CI") != "true":
        pytest.skip("pyrnnoise is not installed: pip install 'voicebot[rnnoise]'")
    noise = on_the_line(np.zeros(2 * band), band, below=10.0, seed=1)
    cleaned = rnnoise.Rnnoise(band).clean(noise)
    assert len(cleaned) == len(noise)
    last = slice(band, None)  # it learns the noise in the first second
    power = [np.mean(np.frombuffer(pcm, "<i2").astype(float)[last] ** 2) for pcm in (noise, cleaned)]
    assert power[1] < power[0] / 10
