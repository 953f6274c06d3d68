"""Calls with a voice that takes its time."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

import pytest

from tests.calls.reminder import ANSWERS, FACTS, answer_everything, reminder, scene
from tests.calls.scene import Scene
from tests.fakes.voices import SlowPrompts
from voicebot.calls.events import CallerHeard, PromptEnded, PromptStarted
from voicebot.media.frame import AudioFrame
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.scripted import ScriptedRecognizer
from voicebot.tts.synthesizer import Engine

pytestmark = pytest.mark.virtual_time

SLOW = 0.2
"""Seconds for a sentence."""
SURE = 50
"""Milliseconds at least from the first words to the certainty that they are all."""


def slow(prompts: SlowPrompts, *answers: str, engine: Engine = Engine.PIPER) -> Scene:
    return scene(reminder(), *answers, prompts=prompts, engine=engine)


def waited(call: Scene) -> list[float]:
    """Milliseconds that each reply waited for its voice."""
    return [said.latency.tts for said in call.all(PromptStarted) if said.latency]


async def test_a_reply_is_made_before_it_is_sure_that_the_caller_has_ended() -> None:
    call = slow(SlowPrompts(SLOW), *ANSWERS)
    await call.call(answer_everything)
    assert len(waited(call)) == 3
    assert max(waited(call)) <= SLOW * 1000 - SURE


class LiveRecognizer(ScriptedRecognizer):
    """Has a likely answer after half a second of speech."""

    hears_live = True

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        frames = 0
        async for _ in audio:
            frames += 1
            if frames == 40:
                yield Transcript(ANSWERS[0], final=False)
        yield Transcript(ANSWERS[0])


async def test_a_likely_reply_is_made_while_the_caller_still_speaks() -> None:
    async def answers(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say(1.5)
        before.extend(prompts.asked)
        await call.until(CallerHeard)
        await call.line.caller.hang_up()

    before: list[str] = []
    prompts = SlowPrompts(SLOW)
    call = Scene(reminder(), LiveRecognizer([]), facts=FACTS, prompts=prompts, engine=Engine.PIPER)
    await call.call(answers)
    assert "And on which day?" in before
    assert [heard.text for heard in call.all(CallerHeard)] == [ANSWERS[0]]


async def test_nothing_is_made_ahead_for_a_voice_that_is_as_fast() -> None:
    call = slow(SlowPrompts(SLOW), *ANSWERS, engine=Engine.ESPEAK)
    await call.call(answer_everything)
    assert min(waited(call)) >= SLOW * 1000 - 1


async def test_a_prompt_is_made_while_the_one_before_it_is_heard() -> None:
    call = slow(SlowPrompts(SLOW), *ANSWERS)
    await call.call(answer_everything)
    notice, question = call.all(PromptEnded)[0], call.all(PromptStarted)[1]
    assert question.at - notice.at < 0.05


async def test_a_reply_that_was_made_in_vain_is_never_heard() -> None:
    prompts = SlowPrompts(SLOW)
    call = slow(prompts, "two hundred fifteen dollars", "three hundred dollars", *ANSWERS[1:])

    async def goes_on(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say(1.0)
        await call.say(1.0)
        for state in ("ask_day", "read_back"):
            await call.asked(state)
            await call.say()

    await call.call(goes_on)
    heard = [said.text for said in call.all(PromptStarted)]
    assert heard.count("And on which day?") == 1
    assert prompts.asked.count("And on which day?") == 1
