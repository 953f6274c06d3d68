from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.tts.loudness import Samples, active_level, level_prompt
from voicebot.tts.settings import LoudnessSettings

RATE = 8000


def tone(seconds: float, level: float, hertz: float = 440.0) -> Samples:
    """A sine whose RMS is ``level`` dBFS."""
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * hertz * time))


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE))


def test_pauses_do_not_count_into_the_level_of_speech() -> None:
    speech = np.concatenate([tone(1.0, -26.0), silence(2.0), tone(1.0, -26.0)])
    assert active_level(speech, RATE) == pytest.approx(-26.0, abs=0.1)


def test_background_hum_does_not_count_into_the_level_of_speech() -> None:
    speech = np.concatenate([tone(1.0, -26.0), tone(3.0, -55.0, hertz=100.0)])
    assert active_level(speech, RATE) == pytest.approx(-26.0, abs=0.1)


def test_silence_has_no_level() -> None:
    assert active_level(silence(1.0), RATE) == -np.inf
    assert active_level(silence(0.0), RATE) == -np.inf


@pytest.mark.parametrize("level", [-50.0, -30.0, -10.0])
def test_quiet_and_loud_speech_come_to_the_same_level(level: float) -> None:
    levelled = level_prompt(tone(2.0, level), RATE, LoudnessSettings())
    assert active_level(levelled, RATE) == pytest.approx(-20.0, abs=0.2)


def test_a_lone_peak_is_turned_down_without_clipping() -> None:
    settings = LoudnessSettings()
    speech = tone(2.0, -30.0)
    speech[RATE] = 0.9
    levelled = level_prompt(speech, RATE, settings)
    ceiling = 10 ** (settings.peak_level / 20)
    assert np.abs(levelled).max() <= ceiling + 1e-9
    assert np.count_nonzero(np.abs(levelled) > 0.99 * ceiling) == 1


def test_the_caller_does_not_wait_for_silence_before_the_first_word() -> None:
    prompt = np.concatenate([silence(0.5), tone(1.0, -20.0), silence(0.5)])
    settings = LoudnessSettings(leading_silence=0.02, trailing_silence=0.06)
    levelled = level_prompt(prompt, RATE, settings)
    assert levelled.size / RATE == pytest.approx(1.08, abs=0.002)


def test_silence_that_is_not_there_is_not_added() -> None:
    assert level_prompt(tone(1.0, -20.0), RATE, LoudnessSettings()).size == RATE


def test_both_ends_are_silent_so_that_nothing_clicks() -> None:
    square = np.full(RATE, 0.3)
    levelled = level_prompt(square, RATE, LoudnessSettings())
    assert levelled[0] == 0.0
    assert levelled[-1] == 0.0
    assert np.abs(np.diff(levelled)).max() < 0.01


def test_a_prompt_without_sound_comes_back_empty() -> None:
    assert level_prompt(silence(1.0), RATE, LoudnessSettings()).size == 0
    assert level_prompt(silence(0.0), RATE, LoudnessSettings()).size == 0


@given(
    samples=st.lists(st.floats(-1.0, 1.0, width=16), max_size=300),
    rate=st.sampled_from([8000, 16000]),
    peak=st.floats(-20.0, 0.0),
)
def test_no_sample_ever_passes_the_ceiling(samples: list[float], rate: int, peak: float) -> None:
    levelled = level_prompt(np.array(samples), rate, LoudnessSettings(peak_level=peak))
    assert np.isfinite(levelled).all()
    assert np.abs(levelled).max(initial=0.0) <= 10 ** (peak / 20) + 1e-9
