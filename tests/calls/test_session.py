import asyncio
import wave
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path

import pytest

from tests.calls.reminder import ANSWERS, FACTS, PROMISE, answer_everything, answer_once, scene
from tests.calls.scene import Scene, parts_of_calls
from tests.dialogue.test_other_language import in_both
from voicebot.calls.events import (
    CallerHeard,
    CallerNotUnderstood,
    CallerTyped,
    CallerWasSilent,
    Concluded,
    HandedOff,
    HandingOff,
    HandOffFailed,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromptEnded,
    PromptStarted,
    RecognizerFailed,
    StateEntered,
)
from voicebot.calls.record import CallRecord
from voicebot.calls.settings import CallSettings
from voicebot.calls.stations import HandOffEvent
from voicebot.dialogue import events as told
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition
from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.store.memory import MemoryStore
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.scripted import ScriptedRecognizer

pytestmark = pytest.mark.virtual_time


async def test_a_spoken_promise_is_read_back_and_recorded(flow: Flow) -> None:
    call = scene(flow, *ANSWERS)
    record = await call.call(answer_everything)

    assert record.promise == PROMISE
    assert record.disposition is Disposition.RPC_PROMISE
    assert [turn.text for turn in record.turns if turn.speaker == "caller"] == ANSWERS
    assert record.turns[-1].text == "That is noted. Goodbye."
    assert replay(recorded(record.events), flow, FACTS).same


async def test_who_asks_for_spanish_is_spoken_to_and_heard_in_spanish(flow: Flow) -> None:
    flow = Flow.model_validate(in_both(flow.model_dump(exclude_unset=True)) | {"languages": ["en", "es"]})
    call = scene(flow, "in spanish please", "doscientos dólares")

    async def spanish(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.asked("ask_amount", times=2)
        await call.say()
        await call.asked("ask_day")

    record = await call.call(spanish)
    assert [event.language for event in call.all(LanguageSwitched)] == [record.language] == ["es"]
    assert [prompt.language for prompt in call.all(PromptStarted)][:4] == ["en", "en", "es", "es"]
    assert replay(recorded(record.events), flow, FACTS).same


async def test_what_means_nothing_here_is_told_apart_from_an_answer(flow: Flow) -> None:
    call = scene(flow, "blue elephants", *ANSWERS)

    async def odd(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.asked("ask_amount", times=2)
        await call.say()
        await call.asked("ask_day")

    await call.call(odd)
    assert len(call.all(CallerHeard)) == 2
    assert len(call.all(CallerNotUnderstood)) == 1


@pytest.mark.usefixtures("no_collector")
async def test_a_call_that_is_over_leaves_nothing_to_the_garbage_collector(flow: Flow) -> None:
    before = parts_of_calls()
    await scene(flow, *ANSWERS).call(answer_everything)
    await asyncio.sleep(1)  # for what is still on its way to the call
    assert parts_of_calls() <= before


async def test_every_answer_says_where_its_time_went(flow: Flow) -> None:
    record = await scene(flow, *ANSWERS).call(answer_everything)

    latencies = [turn.latency for turn in record.turns if turn.latency]
    assert len(latencies) == 3
    for latency in latencies:
        assert 250 <= latency.endpointing <= 540
        assert latency.endpointing <= latency.voice_to_voice <= latency.endpointing + 60


async def test_the_legal_notice_is_heard_to_its_end(flow: Flow) -> None:
    async def interrupter(call: Scene) -> None:
        await call.until(PromptStarted)
        await call.say(0.6)
        await call.until(PromptStarted, 2)
        await call.line.caller.hang_up()

    call = scene(flow, *ANSWERS)
    await call.call(interrupter)

    assert call.all(PromptEnded)[0].complete


async def test_keys_cut_off_neither_the_legal_notice_nor_the_read_back(flow: Flow) -> None:
    async def hasty_typist(call: Scene) -> None:
        for question, keys in enumerate(("215#", "1204", "1"), start=1):
            await call.until(StateEntered, question)
            await call.press(keys)
        ended = len(call.all(PromptEnded))
        await call.until(PromptEnded, ended + 2)
        assert not call.all(PromiseKeptOnDisk)  # that 1 came before the read-back was heard
        await call.press("1")

    call = scene(flow)
    record = await call.call(hasty_typist)

    assert record.promise == PROMISE
    said = [prompt.text for prompt in call.all(PromptStarted)]
    whole = [text for text, end in zip(said, call.all(PromptEnded), strict=True) if end.complete]
    assert "This call is recorded." in whole
    assert "Two hundred fifteen dollars on Friday, December fourth." in whole


async def test_keys_answer_as_well_as_words(flow: Flow) -> None:
    async def typist(call: Scene) -> None:
        for state, keys in (("ask_amount", "215#"), ("ask_day", "1204"), ("read_back", "1")):
            await call.asked(state)
            await call.press(keys)

    call = scene(flow)
    record = await call.call(typist)

    assert record.promise == PROMISE
    assert [event.keys for event in call.all(CallerTyped)] == ["215#", "1204", "1"]


async def test_the_first_key_silences_the_prompt(flow: Flow) -> None:
    async def quick_typist(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await call.press("215#")
        await call.asked("ask_day")
        await call.line.caller.hang_up()

    call = scene(flow)
    await call.call(quick_typist)

    assert not call.all(PromptEnded)[1].complete


async def test_silence_is_asked_about_and_ends_the_call_politely(flow: Flow) -> None:
    async def nobody(call: Scene) -> None:
        await asyncio.sleep(600)

    call = scene(flow)
    record = await call.call(nobody)

    assert record.disposition is Disposition.RPC_INFORMED
    assert len(call.all(CallerWasSilent)) >= 2
    assert record.turns[-1].text.endswith("Goodbye.")
    assert record.seconds < 120


@pytest.mark.parametrize("state", ["notice", "ask_amount", "ask_day", "read_back"])
async def test_hanging_up_in_any_state_gives_one_disposition(flow: Flow, state: str) -> None:
    async def quitter(call: Scene) -> None:
        for asked in ("ask_amount", "ask_day", "read_back"):
            if state == "notice":
                await call.until(PromptStarted)
                break
            await call.asked(asked)
            if asked == state:
                break
            await call.say()
        await call.line.caller.hang_up()

    call = scene(flow, *ANSWERS)
    record = await call.call(quitter)

    assert len(call.all(Concluded)) == 1
    assert record.promise is None


async def test_hanging_up_after_the_promise_keeps_it(flow: Flow) -> None:
    async def quitter(call: Scene) -> None:
        await answer_everything(call)
        await call.until(PromiseKeptOnDisk)
        await call.line.caller.hang_up()

    record = await scene(flow, *ANSWERS).call(quitter)

    assert record.promise == PROMISE
    assert record.disposition is Disposition.RPC_PROMISE


class DeadRecognizer:
    name = "dead"

    async def ready(self) -> None:
        pass

    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        async for _ in audio:
            raise SpeechError("the recogniser is gone")
        yield Transcript("")

    async def close(self) -> None:
        pass


async def test_a_dead_recogniser_leaves_the_keypad(flow: Flow) -> None:
    async def speaker_then_typist(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.asked("ask_amount", times=2)
        await call.press("215#")
        await call.asked("ask_day")
        await call.press("1204")
        await call.asked("read_back")
        await call.press("1")

    call = Scene(flow, DeadRecognizer(), facts=FACTS)
    record = await call.call(speaker_then_typist)

    assert call.all(RecognizerFailed)
    assert record.promise == PROMISE
    assert replay(recorded(record.events), flow, FACTS).same


async def test_a_willing_caller_is_handed_to_the_queue(flow: Flow) -> None:
    asked_for: list[HandOff] = []

    async def take(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        asked_for.append(to)
        yield told.HandedOff()

    call = scene(flow, "i want to talk to a person", hand_off=take)
    record = await call.call(answer_once)

    assert [(to.queue, to.topic) for to in asked_for] == [("people", "Wants to agree")]
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER
    assert call.all(HandingOff)
    assert call.all(HandedOff)


async def test_when_no_human_takes_the_call_the_caller_is_told(flow: Flow) -> None:
    async def refuse(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        await asyncio.sleep(20)
        yield told.HandOffFailed()

    call = scene(flow, "i want to talk to a person", hand_off=refuse)
    record = await call.call(answer_once)

    assert record.disposition is Disposition.RPC_CALLBACK
    assert record.turns[-1].text == "One moment. Nobody is free. Goodbye."
    assert call.all(HandOffFailed)[0].waited == pytest.approx(20)
    assert replay(recorded(record.events), flow, FACTS).same


async def test_while_the_caller_talks_with_a_human_how_it_ended_is_on_record_already(flow: Flow) -> None:
    async def talk_long(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        yield told.HandedOff()
        on_record.append(await store.find_call(call_id))
        await asyncio.sleep(600)
        yield told.AgentLeft()

    store = MemoryStore()
    on_record: list[CallRecord | None] = []
    call = scene(flow, "i want to talk to a person", hand_off=talk_long, call_log=store)
    record = await call.call(answer_once)

    assert on_record[0] is not None
    assert on_record[0].disposition is Disposition.RPC_NEGOTIATE_XFER
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER
    assert record.turns[-1].text.endswith("Thank you. Goodbye.")
    assert record.events[-1]["by"] == "bot"


async def test_a_caller_who_hangs_up_in_the_queue_was_handed_to_nobody(flow: Flow) -> None:
    no_outcome: list[HandOffEvent] = []

    async def keep_waiting(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        await call.line.caller.hang_up()
        for outcome in no_outcome:
            yield outcome

    call = scene(flow, "i want to talk to a person", hand_off=keep_waiting)
    record = await call.call(answer_once)

    assert record.disposition is Disposition.HUMAN_NO_RPC
    assert record.events[-1]["by"] == "caller"
    assert not call.all(HandedOff)


async def test_a_mistake_of_ours_ends_this_call_with_a_disposition(flow: Flow) -> None:
    class Broken(ScriptedRecognizer):
        async def transcribe(
            self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
        ) -> AsyncIterator[Transcript]:
            async for _ in audio:
                raise RuntimeError("a bug")
            yield Transcript("")

    async def speaker(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()

    record = await Scene(flow, Broken(ANSWERS), facts=FACTS).call(speaker)

    assert record.disposition is Disposition.TECHNICAL_FAILURE


async def test_a_call_does_not_go_on_for_ever(flow: Flow) -> None:
    async def nobody(call: Scene) -> None:
        await asyncio.sleep(600)

    record = await scene(flow, settings=CallSettings(longest_call=10)).call(nobody)

    assert 10 <= record.seconds < 11
    assert record.disposition is Disposition.SILENCE


async def test_both_legs_are_recorded(flow: Flow, tmp_path: Path) -> None:
    record = await scene(flow, *ANSWERS, recordings=tmp_path).call(answer_everything)

    with wave.open(str(tmp_path / f"{record.call_id}.wav")) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (2, 16000, 2)
        assert abs(sound.getnframes() / 16000 - record.seconds) < 0.2


async def test_the_record_is_in_the_store(flow: Flow) -> None:
    store = MemoryStore()
    record = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)

    assert await store.find_call(record.call_id) == record
