from __future__ import annotations

import numpy as np
import pytest

from tests.vad.sounds import Wave, tone
from voicebot.media.frame import Band
from voicebot.vad.decimate import HalfBand

ONLY = np.array([0])


def halved(*waves: Wave) -> list[Wave]:
    """Each wave, cut into windows of 32 ms, after its own way through one decimator."""
    half_band = HalfBand()
    half_band.reserve(len(waves))
    sound = np.stack(waves).astype(np.float32).reshape(len(waves), -1, 512)
    slots = np.arange(len(waves))
    windows = [half_band.decimate(slots, sound[:, index]) for index in range(sound.shape[1])]
    return list(np.concatenate(windows, axis=1).astype(np.float64))


def decibels(wave: Wave) -> float:
    return float(10 * np.log10(2 * np.mean(wave**2) + 1e-10))


@pytest.mark.parametrize("hertz", [300.0, 1000.0, 2000.0, 3000.0])
def test_speech_passes_unchanged(hertz: float) -> None:
    [narrow] = halved(tone(0.64, hertz=hertz, band=Band.WIDE))
    assert decibels(narrow[64:]) == pytest.approx(-20.0, abs=0.5)


@pytest.mark.parametrize("hertz", [5200.0, 6000.0, 7500.0])
def test_what_the_narrow_band_cannot_carry_is_kept_out(hertz: float) -> None:
    [narrow] = halved(tone(0.64, hertz=hertz, band=Band.WIDE))
    assert decibels(narrow[64:]) < -55.0


def test_windows_join_without_a_click() -> None:
    [narrow] = halved(tone(0.64, hertz=500.0, band=Band.WIDE))
    assert np.abs(np.diff(narrow[64:])).max() < 0.1 * 2 * np.pi * 500 / 8000 * 1.05


def test_callers_do_not_mix() -> None:
    first, second = tone(0.32, hertz=500.0, band=Band.WIDE), tone(0.32, hertz=900.0, band=Band.WIDE)
    [alone], [_, together] = halved(second), halved(first, second)
    assert together == pytest.approx(alone, abs=1e-6)


def test_a_new_caller_inherits_nothing() -> None:
    half_band = HalfBand()
    half_band.reserve(1)
    half_band.decimate(ONLY, np.ones((1, 512), np.float32))
    half_band.forget(0)
    assert not half_band.decimate(ONLY, np.zeros((1, 512), np.float32)).any()
