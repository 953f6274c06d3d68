from __future__ import annotations

from math import inf

import numpy as np
import pytest

from voicebot.bench.line import on_the_line
from voicebot.media.frame import Band
from voicebot.stt.noise import voice_over_noise

SILENCE = np.zeros(Band.NARROW // 4)
VOICE = np.sin(np.arange(Band.NARROW // 2) * 2 * np.pi * 300 / Band.NARROW)
SAID = np.concatenate([SILENCE, VOICE])


@pytest.mark.parametrize("below", [5.0, 10.0, 20.0, 30.0])
def test_the_noise_is_told_from_the_breath_before_a_word(below: float) -> None:
    heard = voice_over_noise(on_the_line(SAID, Band.NARROW, below, seed=1), Band.NARROW)
    assert heard == pytest.approx(below, abs=4.0)


def test_packets_that_were_lost_are_no_silence_of_the_line() -> None:
    pcm = on_the_line(SAID, Band.NARROW, 10.0, seed=1)
    assert voice_over_noise(bytes(3200) + pcm, Band.NARROW) == pytest.approx(10.0, abs=4.0)


def test_where_nothing_is_heard_there_is_no_noise() -> None:
    assert voice_over_noise(bytes(3200), Band.NARROW) == inf
