from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vad.sounds import Wave, pink_noise, silence
from voicebot.media.frame import FRAME_SECONDS
from voicebot.turns.echo import EchoGate
from voicebot.vad.levels import loudness
from voicebot.vad.vad import VoiceActivity

RATE = 8000
WINDOW = 256
LINE_NOISE = pink_noise(8.0, dbfs=-60.0)


def talk(seconds: float, seed: int, dbfs: float = -20.0) -> Wave:
    """Syllables: noise that swells and ebbs as nobody else's does."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE)
    peaks = np.maximum(random.normal(0.3, 0.5, count // 1000 + 2), 0.01)
    swell: NDArray[np.float64] = np.interp(np.arange(count) / 1000, np.arange(len(peaks)), peaks)
    return random.normal(size=count) * swell * 10 ** (dbfs / 20)


def echo_of(bot: Wave, *, lag: float, decibels: float) -> Wave:
    return np.concatenate([silence(lag), bot])[: len(bot)] * 10 ** (decibels / 20)


def verdicts(bot: Wave, leg: Wave) -> list[VoiceActivity]:
    """What passes of a detector that takes every sound above the line's noise for speech."""
    gate = EchoGate()
    windows = (leg[: len(leg) // WINDOW * WINDOW]).reshape(-1, WINDOW).astype(np.float32)
    heard = [
        VoiceActivity(n * 0.032, 0.032, 0.9 if loud.level > -50 else 0.0, loud.level, 0.0, -60.0)
        for n, loud in enumerate(loudness(windows))
    ]
    passed: list[VoiceActivity] = []
    for frame in range(len(bot) // 160):
        sound = (bot[frame * 160 : (frame + 1) * 160] * 32767).clip(-32768, 32767).astype("<i2")
        gate.played(sound.tobytes(), frame * FRAME_SECONDS)
        while heard and heard[0].at + 0.06 <= frame * FRAME_SECONDS:
            passed.append(gate.admit(heard.pop(0)))
    return passed


def speech(passed: list[VoiceActivity], since: float) -> int:
    """How many windows since then still count as speech."""
    return sum(one.probability > 0.5 for one in passed if one.at >= since)


@pytest.mark.parametrize("lag", [0.04, 0.1, 0.2, 0.3, 0.5])
@pytest.mark.parametrize("decibels", [-10, -20, -30])
def test_our_own_voice_is_no_callers(lag: float, decibels: float) -> None:
    bot = talk(8.0, seed=1)
    leg = echo_of(bot, lag=lag, decibels=decibels) + LINE_NOISE
    assert speech(verdicts(bot, leg), since=1.0) == 0


def test_who_speaks_over_an_echo_is_heard() -> None:
    bot = talk(8.0, seed=1)
    leg = echo_of(bot, lag=0.2, decibels=-20) + LINE_NOISE
    leg[4 * RATE : 5 * RATE] += talk(1.0, seed=2)
    passed = [one for one in verdicts(bot, leg) if 4.0 <= one.at < 5.0]
    assert sum(one.probability > 0.5 for one in passed) > 0.6 * len(passed)


def test_a_caller_on_a_line_without_echo_is_heard_as_before() -> None:
    leg = LINE_NOISE.copy()
    leg[4 * RATE : 6 * RATE] += talk(2.0, seed=2)
    passed, alone = verdicts(talk(8.0, seed=1), leg), verdicts(silence(8.0), leg)
    assert speech(passed, since=4.0) == speech(alone, since=4.0)


@pytest.mark.parametrize("at", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
@pytest.mark.parametrize("bot", [1, 9, 10])
def test_a_hello_in_the_first_second_of_a_notice_is_heard(at: float, bot: int) -> None:
    leg = LINE_NOISE.copy()
    hello = talk(0.4, seed=2)
    hello *= 0.1 / np.sqrt(np.mean(hello**2))
    leg[round(at * RATE) : round(at * RATE) + len(hello)] += hello
    passed, alone = verdicts(talk(8.0, seed=bot), leg), verdicts(silence(8.0), leg)
    assert speech(passed, since=at) >= 0.5 * speech(alone, since=at) > 0


def test_while_the_bot_is_silent_nothing_is_weighed() -> None:
    caller = talk(8.0, seed=2)
    assert all(one.probability == 0.9 for one in verdicts(silence(8.0), caller + 1.0))


def test_the_end_of_a_prompt_comes_back_after_it() -> None:
    bot = np.concatenate([talk(3.0, seed=1), silence(5.0)])
    leg = echo_of(bot, lag=0.3, decibels=-15) + LINE_NOISE
    assert speech(verdicts(bot, leg), since=2.9) == 0


def test_a_very_late_verdict_stands() -> None:
    gate = EchoGate()
    gate.played(b"\1\1" * 160, 5.0)
    late = VoiceActivity(4.0, 0.032, 0.9, -30.0, 0.0, -60.0)
    assert gate.admit(late) == late
