"""Calls whose voice fails in the middle."""

from __future__ import annotations

import pytest

from tests.calls.reminder import FACTS, scene
from tests.calls.scene import Scene
from tests.fakes.voices import FakePrompts
from voicebot.calls.events import HandingOff, PromptEnded, PromptStarted, StateEntered, VoiceFailed
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition
from voicebot.errors import SpeechError
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.tts.synthesizer import Voice

pytestmark = pytest.mark.virtual_time


class Prepared(FakePrompts):
    """Has the sound of what is said word for word, and no voice for anything else."""

    def __init__(self, *words: str) -> None:
        self._ready = words

    async def render(self, text: str, *, voice: Voice, rate: int, ephemeral: bool = False) -> bytes:
        if not text.startswith(self._ready):
            raise SpeechError("espeak-ng cannot be loaded")
        return await super().render(text, voice=voice, rate=rate, ephemeral=ephemeral)


ANSWERS = "two hundred dollars", "friday december fourth", "yes"


async def answers_twice(call: Scene) -> None:
    for state in ("ask_amount", "ask_day"):
        await call.asked(state)
        await call.say()


async def test_prompts_that_are_prepared_need_no_voice_and_a_person_takes_what_does(flow: Flow) -> None:
    call = scene(flow, *ANSWERS, prompts=Prepared("This", "How", "And", "One moment"))
    record = await call.call(answers_twice)

    assert len(call.all(VoiceFailed)) == 1
    assert [entered.state for entered in call.all(StateEntered)] == ["ask_amount", "ask_day", "read_back"]
    assert call.all(HandingOff)
    assert call.all(PromptStarted)[-1].text == "One moment."
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER
    assert record.promise is None
    assert replay(recorded(record.events), flow, FACTS).same


async def test_a_person_takes_the_call_even_if_nobody_can_say_so(flow: Flow) -> None:
    call = scene(flow, *ANSWERS, prompts=Prepared("This", "How", "And"))
    record = await call.call(answers_twice)
    assert len(call.all(VoiceFailed)) == 2
    assert call.all(HandingOff)
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER


async def test_where_no_person_is_to_be_had_the_call_ends_as_a_failure_of_ours(flow: Flow) -> None:
    alone = flow.model_copy(update={"anywhere": {}})
    call = scene(alone, *ANSWERS, prompts=Prepared("This", "How", "And"))
    record = await call.call(answers_twice)
    assert record.disposition is Disposition.TECHNICAL_FAILURE
    assert call.all(PromptEnded)[-1].complete


async def test_without_any_voice_from_the_first_word_on_a_person_takes_the_call(flow: Flow) -> None:
    async def nobody(call: Scene) -> None:
        await call.until(HandingOff)

    call = scene(flow, *ANSWERS, prompts=Prepared("nothing"))
    record = await call.call(nobody)
    assert not call.all(PromptStarted)
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER
