from __future__ import annotations

import numpy as np
import pytest

from voicebot.media.frame import Band
from voicebot.stt.conditioning import SPEECH_LEVEL, Samples, by_content, samples, wideband


def tone(hertz: float, band: Band, seconds: float = 0.5, level: float = 0.3) -> Samples:
    at = np.arange(int(seconds * band)) / band
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def power_above_4k(pcm: bytes) -> float:
    power = np.abs(np.fft.rfft(samples(pcm))) ** 2
    return float(power[len(power) // 2 :].sum() / power.sum())


@pytest.mark.parametrize("band", Band)
def test_whisper_and_shout_come_out_at_one_level(band: Band) -> None:
    whisper, shout = (
        samples(wideband(tone(800, band, level=level), band))[5000:8000] for level in (0.01, 0.9)
    )
    assert np.std(whisper) == pytest.approx(np.std(shout), rel=0.02)
    assert SPEECH_LEVEL * 0.8 < np.std(shout) < SPEECH_LEVEL * 1.6


def test_narrow_line_gets_something_above_four_kilohertz_and_wide_line_keeps_what_it_has() -> None:
    assert power_above_4k(wideband(tone(2500, Band.NARROW), Band.NARROW)) > 0.05
    assert power_above_4k(wideband(tone(2500, Band.WIDE), Band.WIDE)) < 0.05


def test_hiss_on_narrow_line_is_mirrored_above_four_kilohertz_more_than_vowel() -> None:
    hiss = tone(3000, Band.NARROW)
    vowel = hiss + tone(600, Band.NARROW)
    of_hiss, of_vowel = (mirrored(wideband(sound, Band.NARROW)) for sound in (hiss, vowel))
    assert of_hiss > 2 * of_vowel > 0


def mirrored(pcm: bytes) -> float:
    """The mirror image of a 3 kHz tone, to the tone itself."""
    power = np.abs(np.fft.rfft(samples(pcm)))
    tone, image = (power[int(hertz / Band.WIDE * len(samples(pcm)))] for hertz in (3000, 5000))
    return float(image / tone)


def test_long_silence_around_the_words_is_cut() -> None:
    silence = np.zeros(Band.NARROW * 2, np.float32)
    word = tone(500, Band.NARROW)
    alone = wideband(word, Band.NARROW)
    among = wideband(np.concatenate([silence, word, silence]), Band.NARROW)
    assert len(among) - len(alone) < 0.3 * Band.WIDE * 2


def test_digital_silence_becomes_faint_noise() -> None:
    pcm = wideband(np.zeros(Band.NARROW, np.float32), Band.NARROW)
    assert 0 < np.abs(samples(pcm)).max() < 0.05


def test_narrow_sound_on_a_wide_channel_is_known_for_what_it_is() -> None:
    assert by_content(tone(800, Band.WIDE), Band.WIDE)[1] is Band.NARROW
    hiss = tone(800, Band.WIDE) + tone(5500, Band.WIDE, level=0.05)
    assert by_content(hiss, Band.WIDE)[1] is Band.WIDE
    assert len(by_content(tone(800, Band.WIDE), Band.WIDE)[0]) == Band.NARROW // 2


def test_no_sound_at_all_is_no_trouble() -> None:
    empty = np.zeros(0, np.float32)
    assert by_content(empty, Band.WIDE)[1] is Band.WIDE
    assert len(wideband(empty, Band.NARROW)) > 0
