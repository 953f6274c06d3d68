from __future__ import annotations

import pytest

from voicebot.vad.background import Background

WINDOW = 0.032


def after(*stretches: tuple[float, float, float]) -> Background:
    """A line that sounded so: (seconds, level, probability of speech) one after another."""
    background = Background()
    for seconds, level, probability in stretches:
        for _ in range(round(seconds / WINDOW)):
            background.hear(level, probability, WINDOW)
    return background


def test_the_floor_settles_on_the_noise_of_the_line() -> None:
    assert after((2.0, -38.0, 0.02)).floor == pytest.approx(-38.0, abs=0.5)


def test_speech_does_not_lift_the_floor() -> None:
    assert after((2.0, -50.0, 0.02), (3.0, -20.0, 0.95)).floor < -43.0


def test_noise_that_passes_for_speech_is_learnt_at_last() -> None:
    assert after((1.0, -50.0, 0.02), (12.0, -30.0, 0.9)).floor > -30.0 - 6.0


def test_digital_silence_after_speech_is_quiet() -> None:
    line = after((1.0, -38.0, 0.02), (1.0, -20.0, 0.95))
    assert line.quiet_tail([-20.0, -22.0, -100.0, -100.0], WINDOW) == pytest.approx(0.016)


def test_the_tail_ends_at_the_last_loud_quarter() -> None:
    line = after((1.0, -45.0, 0.02), (1.0, -20.0, 0.95))
    assert line.quiet_tail([-45.0, -45.0, -20.0, -45.0], WINDOW) == pytest.approx(0.008)


def test_in_loud_noise_soft_speech_is_not_taken_for_background() -> None:
    line = after((2.0, -24.0, 0.02), (2.0, -20.0, 0.95))
    assert line.quiet_tail([-21.0] * 4, WINDOW) == 0.0
