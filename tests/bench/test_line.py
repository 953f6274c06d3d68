from __future__ import annotations

import numpy as np
import pytest

from tests.vad.sounds import silence, tone, vowels
from voicebot.bench.line import SPOKEN, loudness, on_the_line, pink_noise, sound_of, speech_in
from voicebot.media.frame import Band


@pytest.mark.parametrize("band", Band)
def test_speech_is_where_a_telephone_carries_sound_that_lasts(band: Band) -> None:
    clip = np.concatenate([silence(0.2, band), vowels(0.5, band=band), silence(0.3, band)])
    assert speech_in(clip, band) == pytest.approx((0.2, 0.7), abs=0.03)


def test_neither_a_click_nor_rumble_before_a_word_is_speech() -> None:
    clip = np.concatenate([silence(0.3), tone(0.3, dbfs=-10.0), silence(0.3)])
    clip[400:440] = 0.5
    clip += tone(0.9, hertz=50.0, dbfs=-15.0)
    assert speech_in(clip, Band.NARROW) == pytest.approx((0.3, 0.6), abs=0.011)


@pytest.mark.parametrize("clip", [silence(0.4), silence(0.0), np.eye(1, 4000, 2000)[0]])
def test_where_nothing_lasts_nobody_speaks(clip: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert speech_in(clip, Band.NARROW) is None


def test_whoever_speaks_softly_is_as_loud_on_the_line_as_anybody_and_the_noise_lies_below() -> None:
    clip = np.concatenate([tone(0.5, dbfs=-40.0), silence(0.5)])
    heard = sound_of(on_the_line(clip, Band.NARROW, 20.0, seed=1))
    assert loudness(heard[:4000], Band.NARROW) == pytest.approx(SPOKEN, rel=0.05)
    assert np.sqrt(np.mean(heard[4000:] ** 2)) == pytest.approx(SPOKEN / 10, rel=0.15)


def test_the_same_seed_is_the_same_noise() -> None:
    assert (pink_noise(800, Band.NARROW, 3) == pink_noise(800, Band.NARROW, 3)).all()
    assert (pink_noise(800, Band.NARROW, 3) != pink_noise(800, Band.NARROW, 4)).any()
