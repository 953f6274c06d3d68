from __future__ import annotations

import numpy as np
import pytest

from voicebot.turns.log_mel import BANDS, FRAMES, HOP, RATE, SECONDS, WINDOW, Samples, log_mel, mel_bands


def tone(hertz: float, seconds: float) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def loudest_band(hertz: float) -> int:
    return int(mel_bands()[:, round(hertz / (RATE / WINDOW))].argmax())


@pytest.mark.parametrize("seconds", [0.02, 1.0, 8.0, 12.0])
def test_any_sound_becomes_eight_seconds(seconds: float) -> None:
    assert log_mel(tone(440, seconds)).shape == (BANDS, FRAMES)


@pytest.mark.parametrize("hertz", [200, 1000, 3400, 7000])
def test_a_tone_is_loudest_in_its_band(hertz: float) -> None:
    assert log_mel(tone(hertz, 8.0))[:, 400].argmax() == pytest.approx(loudest_band(hertz), abs=1)


def test_a_short_sound_lies_at_the_end() -> None:
    features = log_mel(tone(1000, 1.0)).max(axis=0)
    assert features[: FRAMES - 105].max() < features[FRAMES - 95 :].min()


def test_the_last_eight_seconds_of_a_long_sound_are_kept() -> None:
    sound = np.concatenate([tone(300, 5.0), tone(2000, float(SECONDS))])
    assert np.allclose(log_mel(sound), log_mel(tone(2000, float(SECONDS))), atol=1e-3)


def test_loudness_makes_no_difference() -> None:
    assert np.allclose(log_mel(tone(1000, 4.0)), log_mel(tone(1000, 4.0) * np.float32(0.05)), atol=1e-3)


def test_silence_is_as_flat_as_can_be() -> None:
    assert np.ptp(log_mel(np.zeros(RATE, np.float32))) == 0


def test_a_frame_is_the_spectrum_of_its_window_in_mel_bands() -> None:
    sound = np.random.default_rng(5).normal(size=SECONDS * RATE).astype(np.float32)
    begin = 300 * HOP - WINDOW // 2
    window = (sound - sound.mean())[begin : begin + WINDOW] / sound.std()
    hann = np.sin(np.pi * np.arange(WINDOW) / WINDOW) ** 2
    turns = np.exp(-2j * np.pi * np.outer(np.arange(WINDOW // 2 + 1), np.arange(WINDOW)) / WINDOW)
    levels = np.log10(mel_bands() @ np.abs(turns @ (window * hann)) ** 2)
    assert np.allclose(log_mel(sound)[:, 300], (levels + 4) / 4, atol=1e-4)
