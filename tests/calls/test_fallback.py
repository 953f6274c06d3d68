"""Calls whose recognisers fail while people talk."""

from __future__ import annotations

import pytest

from tests.calls.reminder import FACTS, PROMISE
from tests.calls.scene import Scene
from tests.fakes.engines import FakeRecognizer
from voicebot.calls.events import CallerHeard, CallerTyped, RecognizerFailed
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition
from voicebot.errors import SpeechServerError
from voicebot.remote.breaker import Breaker
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.stt.fallback import FallbackRecognizer, Link
from voicebot.stt.settings import SttSettings

pytestmark = pytest.mark.virtual_time

DEAD = SpeechServerError("speech.example does not answer")


def chain(*recognizers: FakeRecognizer) -> FallbackRecognizer:
    return FallbackRecognizer([Link(one, Breaker(3, rest=30.0)) for one in recognizers], SttSettings())


async def test_a_server_that_dies_in_mid_call_leaves_the_keypad_and_the_promise(flow: Flow) -> None:
    server = FakeRecognizer("server", "two hundred fifteen dollars")

    async def speaker_then_typist(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.asked("ask_day")
        server.error = DEAD
        await call.say()
        await call.asked("ask_day", times=2)
        await call.press("1204")
        await call.asked("read_back")
        await call.press("1")

    call = Scene(flow, chain(server), facts=FACTS)
    record = await call.call(speaker_then_typist)

    assert record.promise == PROMISE
    assert record.disposition is Disposition.RPC_PROMISE
    assert [heard.engine for heard in call.all(CallerHeard)] == ["server"]
    assert "speech.example does not answer" in call.all(RecognizerFailed)[0].reason
    assert [typed.keys for typed in call.all(CallerTyped)] == ["1204", "1"]
    said = [turn.text for turn in record.turns]
    assert any("Please type the day." in text for text in said)
    assert replay(recorded(record.events), flow, FACTS).same


async def test_who_stands_in_hears_the_rest_and_the_journal_says_who_heard_what(flow: Flow) -> None:
    server, embedded = FakeRecognizer("server", "two hundred fifteen dollars"), FakeRecognizer("embedded")

    async def speaker(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.asked("ask_day")
        server.error, embedded.words = DEAD, "friday december fourth"
        await call.say()
        await call.asked("read_back")
        embedded.words = "yes that's right"
        await call.say()

    call = Scene(flow, chain(server, embedded), facts=FACTS)
    record = await call.call(speaker)

    assert record.promise == PROMISE
    assert [heard.engine for heard in call.all(CallerHeard)] == ["server", "embedded", "embedded"]
    assert not call.all(RecognizerFailed)


async def test_a_server_that_answers_no_more_costs_the_caller_its_time_and_no_more(flow: Flow) -> None:
    server = FakeRecognizer("server", "too late", seconds=600.0)
    embedded = FakeRecognizer("embedded", "two hundred fifteen dollars")

    async def speaker(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.asked("ask_day")
        await call.line.caller.hang_up()

    call = Scene(flow, chain(server, embedded), facts=FACTS)
    await call.call(speaker)
    (heard,) = call.all(CallerHeard)
    assert heard.engine == "embedded"
    assert heard.stt_ms < SttSettings().attempt_timeout * 1000
