from __future__ import annotations

import numpy as np
import pytest

from tests.vad.sounds import frames, silence, tone
from voicebot.vad.levels import SILENCE, from_pcm, loudness


def test_a_full_scale_sine_is_nought_decibels() -> None:
    [[frame]] = [frames(tone(0.02, dbfs=0.0))]
    [(level, _)] = loudness(from_pcm(frame.pcm)[None])
    assert level == pytest.approx(0.0, abs=0.01)


def test_digital_silence_has_a_level_of_its_own() -> None:
    [(level, parts)] = loudness(np.zeros((1, 256), np.float32))
    assert [level, *parts] == pytest.approx([SILENCE] * 5)


def test_quarters_tell_where_the_sound_stopped() -> None:
    window = np.concatenate([tone(0.016, dbfs=-20.0), silence(0.016)]).astype(np.float32)
    [(_, parts)] = loudness(window[None])
    assert parts == pytest.approx([-20.0, -20.0, SILENCE, SILENCE], abs=0.1)


def test_callers_do_not_hear_one_another() -> None:
    loud, soft = tone(0.032, dbfs=-10.0), tone(0.032, dbfs=-30.0)
    levels = [level for level, _ in loudness(np.stack([loud, soft]).astype(np.float32))]
    assert levels == pytest.approx([-10.0, -30.0], abs=0.1)
