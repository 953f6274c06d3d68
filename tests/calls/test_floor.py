"""Who holds the floor: callers who break in, cough, or say aha over a prompt."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence

import pytest

from tests.calls.reminder import ANSWERS, FACTS, PROMISE, scene
from tests.calls.scene import Scene
from tests.fakes.engines import SlowRecognizer
from voicebot.calls.events import (
    CallerHeard,
    CallerListened,
    CallerStartedSpeaking,
    PromiseKeptOnDisk,
    PromptContinued,
    PromptEnded,
    PromptHeld,
    PromptStarted,
    StateEntered,
)
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition
from voicebot.media.frame import AudioFrame
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.scripted import ScriptedRecognizer

pytestmark = pytest.mark.virtual_time


async def test_breaking_in_drops_the_rest_of_the_prompt(flow: Flow) -> None:
    async def impatient(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say()

    call = scene(flow, *ANSWERS)
    await call.call(impatient)

    assert call.all(CallerStartedSpeaking)[0].barge_in
    question = call.all(PromptEnded)[1]
    assert not question.complete
    assert 0.4 < question.heard < 1.0
    assert call.all(StateEntered)[1].state == "ask_day"


async def test_a_cough_holds_the_prompt_and_it_goes_on(flow: Flow) -> None:
    async def cougher(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say(0.09)
        await call.asked("ask_amount")
        await call.line.caller.hang_up()

    call = scene(flow, *ANSWERS)
    await call.call(cougher)

    assert call.all(PromptHeld)
    assert call.all(PromptContinued)
    assert call.all(PromptEnded)[1].complete
    assert not call.all(CallerHeard)


async def over_the_question(call: Scene) -> None:
    """Say something half a second into the question, which takes 2.7 s, then hear it out."""
    await call.until(PromptStarted, 2)
    await asyncio.sleep(0.5)
    await call.say(0.4)
    await call.asked("ask_amount")
    await call.line.caller.hang_up()


@pytest.mark.parametrize("murmur", ["uh huh", "okay", "yes", ""])
async def test_who_only_listens_hears_the_prompt_to_its_end(flow: Flow, murmur: str) -> None:
    call = scene(flow, murmur)
    record = await call.call(over_the_question)

    [listened] = call.all(CallerListened)
    assert listened.text == murmur
    assert call.all(PromptEnded)[1].complete
    assert not call.all(CallerHeard)
    [held], [went_on] = call.all(PromptHeld), call.all(PromptContinued)
    assert 0.4 < went_on.at - held.at < 1.0
    assert replay(recorded(record.events), flow, FACTS).same


async def test_two_murmurs_in_a_row_hold_the_prompt_once_until_both_are_understood(flow: Flow) -> None:
    async def murmurer(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say(0.3)
        await call.until(CallerListened)
        await call.say(0.3)
        await call.asked("ask_amount")
        await call.line.caller.hang_up()

    call = scene(flow, "uh huh", "mhm")
    await call.call(murmurer)

    assert len(call.all(CallerListened)) == len(call.all(PromptContinued)) == 2
    assert call.all(PromptEnded)[1].complete


async def test_a_yes_over_the_end_of_the_question_answers_it(flow: Flow) -> None:
    async def quick(call: Scene) -> None:
        for state in ("ask_amount", "ask_day"):
            await call.asked(state)
            await call.say()
        started = len(call.all(PromptStarted))
        await call.until(PromptStarted, started + 2)
        await asyncio.sleep(0.6)  # "Is that right?" takes 0.9 s
        await call.say(0.6)
        await call.until(PromiseKeptOnDisk)

    call = scene(flow, *ANSWERS)
    record = await call.call(quick)

    assert record.promise == PROMISE
    assert call.all(CallerStartedSpeaking)[-1].barge_in
    assert not call.all(CallerListened)


async def test_who_speaks_for_long_has_the_turn_before_the_words_are_there(flow: Flow) -> None:
    async def talker(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say(1.5)
        await call.asked("ask_day")
        await call.line.caller.hang_up()

    call = Scene(flow, SlowRecognizer(["two hundred fifteen dollars"]), facts=FACTS)
    await call.call(talker)

    question, answer = call.all(PromptEnded)[1], call.all(CallerHeard)[0]
    assert not question.complete
    assert answer.started_at < question.at < answer.ended_at


async def test_the_silence_behind_a_murmur_is_none_of_its_length(flow: Flow) -> None:
    async def murmurer(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say(0.7)
        await call.asked("ask_amount")
        await call.line.caller.hang_up()

    call = Scene(flow, SlowRecognizer(["uh huh"]), facts=FACTS)
    await call.call(murmurer)
    assert call.all(CallerListened)
    assert call.all(PromptEnded)[1].complete


class UnevenRecognizer(ScriptedRecognizer):
    """Takes its time for what was said first."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(texts)
        self._asked = 0

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        self._asked += 1
        words = [transcript async for transcript in super().transcribe(audio, context=context)]
        await asyncio.sleep(4.0 if self._asked == 1 else 0.1)
        for transcript in words:
            yield transcript


async def test_what_was_said_over_a_prompt_is_understood_in_the_order_in_which_it_was_said(
    flow: Flow,
) -> None:
    async def talker(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say(0.6)
        await asyncio.sleep(0.8)
        await call.say(1.5)
        await call.until(CallerHeard)
        await call.line.caller.hang_up()

    call = Scene(flow, UnevenRecognizer(["well", "two hundred fifteen dollars"]), facts=FACTS)
    await call.call(talker)
    assert [heard.text for heard in call.all(CallerHeard)] == ["well two hundred fifteen dollars"]


async def test_a_mistake_of_ours_over_a_held_prompt_leaves_nobody_in_silence(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object, **__: object) -> bool:
        raise ZeroDivisionError

    async def interrupter(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        monkeypatch.setattr(Conversation, "only_listens", mistaken)
        await call.say(0.6)

    record = await scene(flow, "two hundred fifteen dollars").call(interrupter)
    assert record.disposition is Disposition.TECHNICAL_FAILURE
    assert record.seconds < 10


async def test_the_line_counts_the_wait_for_the_words_of_who_broke_in(flow: Flow) -> None:
    async def interrupter(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(0.5)
        await call.say(0.6)
        await call.until(PromptStarted, 3)
        await call.line.caller.hang_up()

    call = Scene(flow, SlowRecognizer(["two hundred fifteen dollars"]), facts=FACTS)
    await call.call(interrupter)

    latency = call.all(PromptStarted)[2].latency
    assert latency is not None
    assert latency.stt > 1000
