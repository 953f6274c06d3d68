"""Callers who go on before they could be answered: by a slow recogniser, or by a slow voice."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from tests.calls.reminder import reminder
from tests.calls.scene import Scene
from tests.fakes.engines import SlowRecognizer
from tests.fakes.voices import FakePrompts, SlowPrompts
from voicebot.calls.events import (
    CallerHeard,
    CallerListened,
    CallerNotUnderstood,
    CallerStartedSpeaking,
    PromiseKeptOnDisk,
    PromptContinued,
    PromptEnded,
    PromptHeld,
    PromptStarted,
    RecognizerFailed,
    StateEntered,
)
from voicebot.stt.scripted import ScriptedRecognizer
from voicebot.tts.synthesizer import Voice

pytestmark = pytest.mark.virtual_time

PAUSE = 0.8
"""Seconds of silence that are the end of an utterance."""


class SlowAfterTheQuestion(SlowPrompts):
    """Has the notice and the first question ready."""

    async def render(self, text: str, *, voice: Voice, rate: int, ephemeral: bool = False) -> bytes:
        if text.startswith(("This", "How")):
            return await FakePrompts.render(self, text, voice=voice, rate=rate)
        return await super().render(text, voice=voice, rate=rate, ephemeral=ephemeral)


def scene(*words: str, voice_takes: float = 0.0) -> Scene:
    recognizer = ScriptedRecognizer(words) if voice_takes else SlowRecognizer(words)
    return Scene(
        reminder(),
        recognizer,
        facts={"balance": Decimal("500.00"), "currency": "USD"},
        prompts=SlowAfterTheQuestion(voice_takes) if voice_takes else None,
    )


async def in_two_halves(call: Scene) -> None:
    """Answer the first question, and go on after a pause; then hear the reply out."""
    await call.until(PromptEnded, 2)
    await call.say(0.8)
    await asyncio.sleep(PAUSE)
    await call.say(0.6)
    await call.until(PromptEnded, 3)
    await call.line.caller.hang_up()


async def test_both_halves_are_one_answer_and_nobody_is_talked_over() -> None:
    call = scene("two hundred", "and fifteen dollars")
    await call.call(in_two_halves)

    [heard] = call.all(CallerHeard)
    assert heard.text == "two hundred and fifteen dollars"
    assert heard.ended_at - heard.started_at == pytest.approx(0.8 + PAUSE + 0.6, abs=0.1)
    assert call.all(PromptStarted)[2].at > heard.ended_at
    assert [entered.state for entered in call.all(StateEntered)] == ["ask_amount", "ask_day"]


async def test_a_second_half_that_outlasts_the_words_of_the_first_is_waited_for() -> None:
    async def talker(call: Scene) -> None:
        await call.until(PromptEnded, 2)
        await call.say(0.8)
        await asyncio.sleep(1.4)
        await call.say(3.0)
        await call.until(PromptEnded, 3)
        await call.line.caller.hang_up()

    call = scene("two hundred", "and fifteen dollars")
    await call.call(talker)

    [heard] = call.all(CallerHeard)
    assert heard.text == "two hundred and fifteen dollars"
    assert call.all(PromptStarted)[2].at > heard.ended_at


async def test_a_cough_behind_the_answer_adds_nothing_to_it() -> None:
    call = scene("two hundred dollars", "")
    await call.call(in_two_halves)
    assert [heard.text for heard in call.all(CallerHeard)] == ["two hundred dollars"]
    assert not call.all(CallerNotUnderstood)


async def test_when_the_words_of_one_half_are_lost_the_caller_is_asked_again() -> None:
    call = scene("two hundred", SlowRecognizer.failing)
    await call.call(in_two_halves)
    assert call.all(RecognizerFailed)
    assert not call.all(CallerHeard)


async def test_a_reply_that_is_ready_while_the_caller_goes_on_waits_for_an_aha_to_end() -> None:
    call = scene("two hundred dollars", "okay", voice_takes=1.2)
    await call.call(in_two_halves)

    [listened], [held], [went_on] = call.all(CallerListened), call.all(PromptHeld), call.all(PromptContinued)
    assert listened.text == "okay"
    assert held.at <= listened.ended_at <= went_on.at
    assert call.all(PromptEnded)[2].complete


async def test_a_reply_that_nobody_has_heard_gives_way_to_what_the_caller_adds() -> None:
    async def adds_the_day(call: Scene) -> None:
        await call.until(PromptEnded, 2)
        await call.say(0.8)
        await asyncio.sleep(PAUSE)
        await call.say(0.9)
        await call.until(StateEntered, 3)
        await call.line.caller.hang_up()

    call = scene("two hundred dollars", "on friday december fourth", voice_takes=1.2)
    await call.call(adds_the_day)
    assert [entered.state for entered in call.all(StateEntered)] == ["ask_amount", "ask_day", "read_back"]
    assert "And on which day?" not in [prompt.text for prompt in call.all(PromptStarted)]


async def test_a_yes_before_the_read_back_is_heard_confirms_nothing() -> None:
    call = scene("two hundred dollars on december fourth", "yes", voice_takes=1.2)
    await call.call(in_two_halves)

    assert len(call.all(CallerStartedSpeaking)) == 2
    assert [listened.text for listened in call.all(CallerListened)] == ["yes"]
    assert call.all(PromptEnded)[2].complete
    assert not call.all(PromiseKeptOnDisk)
