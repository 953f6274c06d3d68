"""Calls in which somebody else is asked what was meant."""

from __future__ import annotations

import asyncio

import pytest

from tests.calls.reminder import FACTS, scene
from tests.calls.scene import Scene
from voicebot.calls.events import CallEnded, CallerHeard, CallerInterpreted, StateEntered
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.understanding.interpretation import Asked, Interpretation, OpenQuestion, Reply
from voicebot.dialogue.understanding.meaning import Intent
from voicebot.disposition import Disposition
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay

pytestmark = pytest.mark.virtual_time

ODD = "purple elephants sing"
HUMAN = Reply(Asked.ANSWERED, Interpretation(Intent.HUMAN))


class SlowInterpreter:
    """Says the same to everybody, after a while."""

    def __init__(self, seconds: float, reply: Reply) -> None:
        self.asked: list[str] = []
        self.given_up = False
        self._seconds = seconds
        self._reply = reply

    async def interpret(self, question: OpenQuestion) -> Reply:
        self.asked.append(question.words)
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self.given_up = True
            raise
        return self._reply


async def answer_once(call: Scene) -> None:
    await call.asked("ask_amount")
    await call.say()
    await call.until(CallEnded)


async def test_what_we_do_not_understand_may_be_understood_by_somebody_else(flow: Flow) -> None:
    interpreter = SlowInterpreter(0.3, HUMAN)
    call = scene(flow, ODD, interpreter=interpreter)
    record = await call.call(answer_once)

    assert interpreter.asked == [ODD]
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER


async def test_what_we_understand_is_asked_of_nobody(flow: Flow) -> None:
    interpreter = SlowInterpreter(0.3, HUMAN)
    await scene(flow, "a person please", interpreter=interpreter).call(answer_once)
    assert not interpreter.asked


async def test_the_time_it_takes_is_part_of_understanding(flow: Flow) -> None:
    call = scene(flow, ODD, interpreter=SlowInterpreter(0.3, HUMAN))
    record = await call.call(answer_once)

    (asked,) = call.all(CallerInterpreted)
    (latency,) = [turn.latency for turn in record.turns if turn.latency]
    assert asked.ms == pytest.approx(300)
    assert latency.understanding == pytest.approx(asked.ms)
    assert call.all(CallerHeard)[0].stt_ms < 1


async def test_a_call_is_replayed_with_what_was_interpreted_in_it(flow: Flow) -> None:
    record = await scene(flow, ODD, interpreter=SlowInterpreter(0.3, HUMAN)).call(answer_once)
    assert replay(recorded(record.events), flow, FACTS).same


@pytest.mark.parametrize("asked", [asked for asked in Asked if asked is not Asked.ANSWERED])
async def test_without_an_answer_the_bot_asks_again_as_it_always_did(flow: Flow, asked: Asked) -> None:
    async def leaves(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.until(StateEntered, 2)
        await call.line.caller.hang_up()

    with_it = await scene(flow, ODD, interpreter=SlowInterpreter(0.8, Reply(asked))).call(leaves)
    without = await scene(flow, ODD, interpreter=None).call(leaves)
    assert [turn.text for turn in with_it.turns] == [turn.text for turn in without.turns]
    assert with_it.disposition is without.disposition


async def test_the_bot_goes_on_hearing_while_it_asks(flow: Flow) -> None:
    async def speaks_on(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await asyncio.sleep(1.0)  # past the endpoint
        await call.say()
        await call.until(CallerHeard, 2)
        await call.line.caller.hang_up()

    interpreter = SlowInterpreter(3.0, Reply(Asked.LATE))
    call = scene(flow, ODD, "a person please", interpreter=interpreter)
    record = await call.call(speaks_on)

    assert [heard.text for heard in call.all(CallerHeard)] == [ODD, "a person please"]
    assert interpreter.asked == [ODD]
    assert record.disposition is Disposition.RPC_NEGOTIATE_XFER


async def test_who_hangs_up_meanwhile_ends_the_call_at_once(flow: Flow) -> None:
    async def hangs_up(call: Scene) -> None:
        await call.asked("ask_amount")
        await call.say()
        await call.until(CallerHeard)
        await call.line.caller.hang_up()

    interpreter = SlowInterpreter(600.0, HUMAN)
    call = scene(flow, ODD, interpreter=interpreter)
    record = await call.call(hangs_up)

    assert interpreter.given_up
    assert call.all(CallerInterpreted)[0].asked == "late"
    assert record.seconds < 60
