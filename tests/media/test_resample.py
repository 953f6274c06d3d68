from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.resample import LiveResampler, resample

AMPLITUDE = 16000


def tone(hertz: float, rate: int, seconds: float = 1.0) -> bytes:
    time = np.arange(int(rate * seconds)) / rate
    return (AMPLITUDE * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes()


def spectrum(pcm: bytes) -> Any:
    """Level in dB of each hertz; 0 dB is the tone that went in. Takes one second, and looks at its middle."""
    sound = np.frombuffer(pcm, "<i2").astype(float)
    window = np.blackman(len(sound))
    level = np.abs(np.fft.rfft(sound * window)) / (window.sum() / 2) / AMPLITUDE
    return 20 * np.log10(level + 1e-9)


@pytest.mark.parametrize("hertz", [100, 300, 1000, 2000, 3000, 3400])
def test_what_a_telephone_carries_passes_up_untouched_and_makes_no_image(hertz: int) -> None:
    levels = spectrum(LiveResampler(8000, 16000).process(tone(hertz, 8000)))
    assert abs(levels[hertz]) < 0.1
    assert levels[8000 - hertz - 20 : 8000 - hertz + 20].max() < -45


@pytest.mark.parametrize("hertz", [100, 300, 1000, 2000, 3000, 3400])
def test_what_a_telephone_carries_passes_down_untouched(hertz: int) -> None:
    levels = spectrum(LiveResampler(16000, 8000).process(tone(hertz, 16000)))
    assert abs(levels[hertz]) < 0.1


@pytest.mark.parametrize("hertz", [4600, 5000, 6000, 7000, 7900])
def test_what_a_telephone_cannot_carry_does_not_come_back_as_something_else(hertz: int) -> None:
    levels = spectrum(LiveResampler(16000, 8000).process(tone(hertz, 16000)))
    assert levels[50:].max() < -45


@pytest.mark.parametrize("other", [8000, 12000, 24000, 32000, 44100, 48000, 96000, 192000])
def test_twenty_milliseconds_stay_twenty_milliseconds(other: int) -> None:
    inwards, outwards = LiveResampler(other, 16000), LiveResampler(16000, other)
    for _ in range(5):
        assert len(inwards.process(bytes(other // 50 * 2))) == 640
        assert len(outwards.process(bytes(640))) == other // 50 * 2


def test_sound_is_delayed_by_a_millisecond_and_a_half() -> None:
    click = np.zeros(160, "<i2")
    click[20] = AMPLITUDE
    out = np.frombuffer(LiveResampler(8000, 16000).process(click.tobytes()), "<i2")
    assert out.argmax() / 16 - 20 / 8 == pytest.approx(1.5)


@given(
    st.sampled_from([(8000, 16000), (16000, 8000), (44100, 16000), (12000, 16000)]),
    st.lists(st.binary(max_size=90).filter(lambda chunk: len(chunk) % 2 == 0), max_size=12),
)
def test_how_a_stream_is_cut_changes_no_byte(rates: tuple[int, int], chunks: list[bytes]) -> None:
    in_pieces, at_once = LiveResampler(*rates), LiveResampler(*rates)
    assert b"".join(map(in_pieces.process, chunks)) == at_once.process(b"".join(chunks))


def test_full_scale_does_not_wrap_around() -> None:
    square = np.tile(np.repeat([32767, -32768], 20), 20).astype("<i2")
    out = np.frombuffer(LiveResampler(8000, 16000).process(square.tobytes()), "<i2")
    assert np.abs(np.diff(out.astype(int)))[200:].max() < 60000
    assert out.max() == 32767
    assert out.min() == -32768


def test_a_whole_sound_keeps_its_length_and_its_pitch() -> None:
    out = resample(tone(440, 22050), 22050, 8000)
    assert len(out) == 16000
    assert abs(spectrum(out)[440]) < 0.1


def test_a_whole_sound_at_the_right_rate_is_left_alone() -> None:
    sound = tone(440, 8000)
    assert resample(sound, 8000, 8000) is sound
