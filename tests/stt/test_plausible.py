from __future__ import annotations

import numpy as np

from voicebot.stt.plausible import SpokenWord, confidence

RATE = 16000


def sound(*stretches: tuple[float, float]) -> bytes:
    """Pairs of seconds and level."""
    noise = np.random.default_rng(1)
    pieces = [noise.normal(0, level * 10_000, int(seconds * RATE)) for seconds, level in stretches]
    return np.concatenate(pieces).clip(-32768, 32767).astype("<i2").tobytes()


def test_words_over_all_the_speech_are_certain() -> None:
    pcm = sound((0.2, 0.01), (0.4, 1.0), (0.2, 0.01))
    assert confidence([SpokenWord(18, 62, 3)], pcm, RATE) == 1.0


def test_one_word_for_a_whole_sentence_is_not_believed() -> None:
    pcm = sound((0.2, 0.01), (2.0, 1.0), (0.2, 0.01))
    assert confidence([SpokenWord(20, 60, 3)], pcm, RATE) == 0.0


def test_word_stretched_over_a_sentence_is_not_believed() -> None:
    pcm = sound((0.2, 0.01), (2.0, 1.0), (0.2, 0.01))
    assert confidence([SpokenWord(20, 219, 3)], pcm, RATE) == 0.0


def test_a_breath_beside_the_word_costs_some_confidence() -> None:
    pcm = sound((0.2, 0.01), (0.6, 1.0), (0.2, 0.01))
    assert 0.5 < confidence([SpokenWord(30, 80, 3)], pcm, RATE) < 0.95


def test_silence_with_a_word_in_it_holds_no_speech_to_tell() -> None:
    assert confidence([], sound((0.5, 0.0)), RATE) == 0.0
