from __future__ import annotations

import numpy as np
import pytest

from tests.turns.scenes import kinds
from tests.vad.sounds import Wave, frames, pink_noise, silence, vowels
from tests.vad.test_batch import Caller, serving
from voicebot.media.frame import FRAME_SECONDS
from voicebot.turns.detector import TurnDetector
from voicebot.turns.events import TurnEvent, UtteranceEnded
from voicebot.turns.timing import TurnTiming
from voicebot.vad.silero import SileroModel

pytestmark = pytest.mark.engine


async def listen(*waves: Wave, bot: bool = False) -> list[TurnEvent]:
    """What is decided on the sound of ``waves`` when each verdict comes one frame late."""
    sound = frames(*waves)
    async with serving(SileroModel()) as vad:
        caller = Caller(vad)
        for frame in sound:
            caller.stream.push(frame)
        verdicts = await caller.verdicts(int(len(sound) * FRAME_SECONDS / 0.032))
    turns = TurnDetector(TurnTiming())
    turns.on_bot_speaking(bot, 0.0)
    events: list[TurnEvent] = []
    for frame in sound:
        while verdicts and verdicts[0].at + verdicts[0].seconds <= frame.at:
            events += turns.on_activity(verdicts.pop(0))
        events += turns.on_time(frame.ends_at)
    return events


async def test_the_endpoint_falls_one_delay_after_the_voice_although_the_model_hangs_over() -> None:
    events = await listen(silence(0.5), vowels(0.88), silence(1.0))
    assert kinds(events) == ["UtteranceStarted", "UtterancePaused", "UtteranceEnded"]
    assert isinstance(end := events[-1], UtteranceEnded)
    assert end.decided_at == pytest.approx(0.5 + 0.88 + TurnTiming().endpointing, abs=0.03)


async def test_a_bang_over_a_prompt_does_not_hold_it() -> None:
    fading = np.exp(-np.arange(1600) / 8000 / 0.06)
    bang = pink_noise(0.2, dbfs=-14.0) * fading
    assert await listen(pink_noise(1.0, dbfs=-50.0), bang, pink_noise(1.0, dbfs=-50.0), bot=True) == []


async def test_a_voice_over_a_prompt_takes_the_turn() -> None:
    events = await listen(pink_noise(1.0, dbfs=-50.0), vowels(0.8), pink_noise(1.0, dbfs=-50.0), bot=True)
    assert kinds(events)[:2] == ["SpeechSuspected", "UtteranceStarted"]
