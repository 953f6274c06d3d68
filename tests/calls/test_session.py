import asyncio
import gc
import wave
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.calls.scene import Scene
from tests.dialogue.test_other_language import in_both
from voicebot.calls.ears import Ears
from voicebot.calls.events import (
    CallerHeard,
    CallerListened,
    CallerNotUnderstood,
    CallerStartedSpeaking,
    CallerTyped,
    CallerWasSilent,
    Concluded,
    HandedOff,
    HandingOff,
    HandOffFailed,
    LanguageSwitched,
    PromiseKeptOnDisk,
    PromptContinued,
    PromptEnded,
    PromptHeld,
    PromptStarted,
    RecognizerFailed,
    RequestKeptOnDisk,
    RequestNotKept,
    StateEntered,
)
from voicebot.calls.floor import Floor
from voicebot.calls.mind import Mind
from voicebot.calls.mouth import Mouth
from voicebot.calls.record import CallRecord
from voicebot.calls.session import CallSession
from voicebot.calls.settings import CallSettings
from voicebot.calls.stations import HandOffEvent
from voicebot.calls.suppression import Telephone
from voicebot.dialogue import events as told
from voicebot.dialogue.actions import HandOff
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import read_flow
from voicebot.disposition import Disposition, PromiseToPay, Request, RequestKind
from voicebot.errors import SpeechError, StoreError
from voicebot.media.frame import AudioFrame
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.store.memory import MemoryStore
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.scripted import ScriptedRecognizer

pytestmark = pytest.mark.virtual_time

FACTS = {"balance": Decimal("500.00"), "currency": "USD"}
PROMISE = PromiseToPay(Decimal("215"), "USD", date(2026, 12, 4))
ANSWERS = ["two hundred fifteen dollars", "friday december fourth", "yes that's right"]


@pytest.fixture
def flow() -> Flow:
    return read_flow(Path(__file__).with_name("reminder.yaml"))[0]


def scene(flow: Flow, *answers: str, **more: object) -> Scene:
    return Scene(flow, ScriptedRecognizer(list(answers)), facts=FACTS, **more)  # type: ignore[arg-type]


async def answer_everything(call: Scene) -> None:
    for state in ("ask_amount", "ask_day", "read_back"):
        await call.asked(state)
        await call.say()


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


def parts_of_calls() -> set[tuple[str, int]]:
    parts = CallSession, Ears, Mouth, Mind, Floor
    return {(type(thing).__name__, id(thing)) for thing in gc.get_objects() if isinstance(thing, parts)}


async def test_the_promise_is_on_disk_before_it_is_called_noted(flow: Flow) -> None:
    call = scene(flow, *ANSWERS)
    await call.call(answer_everything)

    kept = call.events.index(call.all(PromiseKeptOnDisk)[0])
    noted = next(n for n, e in enumerate(call.events) if isinstance(e, PromptStarted) and "noted" in e.text)
    assert kept < noted


async def test_every_answer_says_where_its_time_went(flow: Flow) -> None:
    record = await scene(flow, *ANSWERS).call(answer_everything)

    latencies = [turn.latency for turn in record.turns if turn.latency]
    assert len(latencies) == 3
    for latency in latencies:
        assert 250 <= latency.endpointing <= 540
        assert latency.endpointing <= latency.voice_to_voice <= latency.endpointing + 60


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


class SlowRecognizer(ScriptedRecognizer):
    async def transcribe(
        self, audio: AsyncIterable[AudioFrame], *, context: ListenContext
    ) -> AsyncIterator[Transcript]:
        await asyncio.sleep(2.0)
        async for transcript in super().transcribe(audio, context=context):
            yield transcript


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


class Voice:
    """Hears every caller finish, or none."""

    def __init__(self, finished: bool | None) -> None:
        self._finished = finished

    async def finished(self, frames: Sequence[AudioFrame]) -> bool | None:
        await asyncio.sleep(0.08)
        return self._finished


@pytest.mark.parametrize(
    ("finished", "reason", "seconds"),
    [(True, "complete", 0.28), (False, "broken_off", 1.0), (None, "silence", 0.5)],
)
async def test_the_voice_tells_where_the_words_leave_it_open(
    flow: Flow, finished: bool | None, reason: str, seconds: float
) -> None:
    call = scene(flow, "i wonder", end_of_turn=Voice(finished))
    await call.call(asks_for_a_person)

    heard = call.all(CallerHeard)[0]
    assert heard.reason == reason
    assert heard.at - heard.ended_at == pytest.approx(seconds, abs=0.04)


async def test_what_the_words_tell_goes_before_the_voice(flow: Flow) -> None:
    call = scene(flow, *ANSWERS, end_of_turn=Voice(False))
    await call.call(answer_everything)

    assert {heard.reason for heard in call.all(CallerHeard)} == {"complete"}


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


class FullDisk(MemoryStore):
    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        raise StoreError("the disk is full: make room")


async def test_what_could_not_be_stored_is_never_called_noted(flow: Flow) -> None:
    record = await scene(flow, *ANSWERS, call_log=FullDisk()).call(answer_everything)

    assert record.promise is None
    assert record.disposition is Disposition.RPC_CALLBACK
    assert not any("noted" in turn.text for turn in record.turns)
    assert replay(recorded(record.events), flow, FACTS).same


TELEPHONE = Telephone("+15551234567", "k:1")


async def stops_the_calls(call: Scene) -> None:
    await call.asked("ask_amount")
    await call.say()


async def test_an_opt_out_is_on_disk_before_the_goodbye(flow: Flow) -> None:
    store = MemoryStore()
    call = scene(flow, "stop calling me", call_log=store)
    record = await call.call(stops_the_calls)

    kept = call.events.index(call.all(RequestKeptOnDisk)[0])
    goodbye = next(n for n, e in enumerate(call.events) if isinstance(e, PromptStarted) and "again" in e.text)
    assert kept < goodbye
    assert record.disposition is Disposition.DNC
    assert record.requests == (Request(RequestKind.OPT_OUT),)
    assert [one.request for one in await store.requests()] == [Request(RequestKind.OPT_OUT)]
    assert replay(recorded(record.events), flow, FACTS).same


async def test_the_number_of_whoever_opts_out_is_never_called_again_account_or_none(flow: Flow) -> None:
    store = MemoryStore()
    record = await scene(flow, "stop calling me", call_log=store, telephone=TELEPHONE).call(stops_the_calls)
    (suppression,) = await store.suppressions_of("k:1")
    assert (suppression.channel, suppression.call_id) == ("all", record.call_id)


class DiskThatMissesTheStart(MemoryStore):
    async def call_started(self, call_id: str, **_: object) -> None:
        raise StoreError("the disk is full: make room")


async def test_a_number_is_spared_even_where_the_start_of_its_call_could_not_be_stored(flow: Flow) -> None:
    store = DiskThatMissesTheStart()
    call = scene(flow, "stop calling me", call_log=store, telephone=TELEPHONE)
    record = await call.call(stops_the_calls)
    (suppression,) = await store.suppressions_of("k:1")
    assert (suppression.channel, suppression.reason, suppression.call_id) == ("all", "opt_out", None)
    assert (record.disposition, record.requests) == (Disposition.DNC, ())
    assert replay(recorded(record.events), flow, FACTS).same


class DiskWithoutRoomForRequests(MemoryStore):
    async def record_request(
        self, call_id: str, request: Request, telephone: Telephone | None = None
    ) -> None:
        raise StoreError("the disk is full: make room")


async def test_an_opt_out_that_cannot_be_stored_stands_and_is_told_at_error_level(flow: Flow) -> None:
    with capture_logs() as logs:
        call = scene(flow, "stop calling me", call_log=DiskWithoutRoomForRequests())
        record = await call.call(stops_the_calls)

    assert call.all(RequestNotKept)
    assert (record.disposition, record.requests) == (Disposition.DNC, ())
    (told,) = (line for line in logs if line["event"] == "request_not_recorded")
    assert (told["log_level"], told["kind"]) == ("error", "opt_out")
    assert replay(recorded(record.events), flow, FACTS).same


class DiskThatFillsUp(MemoryStore):
    async def call_ended(self, record: CallRecord) -> None:
        raise StoreError("the disk is full: make room")


async def test_a_disk_that_fills_up_in_mid_call_costs_the_record_and_neither_promise_nor_caller(
    flow: Flow,
) -> None:
    store = DiskThatFillsUp()
    record = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)

    assert record.disposition is Disposition.RPC_PROMISE
    assert record.turns[-1].text == "That is noted. Goodbye."
    assert list((await store.promises()).values()) == [PROMISE]


async def test_a_call_that_takes_another_ones_name_cannot_touch_its_promise(flow: Flow) -> None:
    store = MemoryStore()
    first = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)
    second = await scene(flow, *ANSWERS, call_log=store).call(answer_everything)

    assert second.promise is None
    assert second.disposition is Disposition.RPC_CALLBACK
    assert await store.find_call(first.call_id) == first
    assert await store.find_call(second.call_id) == second
    assert first.promise == PROMISE


async def asks_for_a_person(call: Scene) -> None:
    await call.asked("ask_amount")
    await call.say()


async def test_a_willing_caller_is_handed_to_the_queue(flow: Flow) -> None:
    asked_for: list[HandOff] = []

    async def take(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        asked_for.append(to)
        yield told.HandedOff()

    call = scene(flow, "i want to talk to a person", hand_off=take)
    record = await call.call(asks_for_a_person)

    assert [(to.queue, to.topic) for to in asked_for] == [("people", "Wants to agree")]
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER
    assert call.all(HandingOff)
    assert call.all(HandedOff)


async def test_when_no_human_takes_the_call_the_caller_is_told(flow: Flow) -> None:
    async def refuse(call_id: str, to: HandOff) -> AsyncIterator[HandOffEvent]:
        await asyncio.sleep(20)
        yield told.HandOffFailed()

    call = scene(flow, "i want to talk to a person", hand_off=refuse)
    record = await call.call(asks_for_a_person)

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
    record = await call.call(asks_for_a_person)

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
    record = await call.call(asks_for_a_person)

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
