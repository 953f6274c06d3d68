from __future__ import annotations

import pytest

from voicebot.vad.gate import GateSettings, LevelGate

WINDOW = 0.032


def hear(gate: LevelGate, seconds: float, *, level: float, probability: float = 0.95) -> list[float]:
    """What the gate lets pass of so much sound."""
    return [gate.admit(level, probability, WINDOW) for _ in range(round(seconds / WINDOW))]


def test_the_first_words_pass_however_soft() -> None:
    assert min(hear(LevelGate(GateSettings()), 1.0, level=-50.0)) == 0.95


def test_a_voice_behind_the_caller_is_kept_out() -> None:
    gate = LevelGate(GateSettings())
    hear(gate, 1.0, level=-20.0)
    hear(gate, 0.5, level=-38.0, probability=0.1)
    assert max(hear(gate, 1.0, level=-38.0)) == 0.0


def test_soft_word_endings_and_runs_of_consonants_pass() -> None:
    gate = LevelGate(GateSettings())
    hear(gate, 1.0, level=-20.0)
    assert min(hear(gate, 0.35, level=-38.0)) == 0.95


def test_digital_silence_is_no_speech_whatever_the_detector_says() -> None:
    gate = LevelGate(GateSettings())
    hear(gate, 1.0, level=-20.0)
    assert set(hear(gate, 0.1, level=-100.0)) == {0.0}


def test_a_caller_who_becomes_softer_is_heard_again_within_seconds() -> None:
    gate = LevelGate(GateSettings())
    hear(gate, 1.0, level=-20.0)
    hear(gate, 0.5, level=-60.0, probability=0.02)
    assert 0.95 in hear(gate, 4.0, level=-38.0)


def test_a_caller_who_speaks_up_is_followed() -> None:
    gate = LevelGate(GateSettings())
    hear(gate, 1.0, level=-40.0)
    hear(gate, 1.0, level=-20.0)
    assert gate.level == pytest.approx(-20.0, abs=1.0)


def test_what_is_no_speech_is_left_as_it_is() -> None:
    gate = LevelGate(GateSettings())
    hear(gate, 1.0, level=-20.0)
    assert set(hear(gate, 1.0, level=-50.0, probability=0.3)) == {0.3}
