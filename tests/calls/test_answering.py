import asyncio

import numpy as np
import pytest

from tests.amd.sounds import tone
from tests.calls.reminder import FACTS, scene
from tests.calls.scene import Scene, parts_of_calls
from tests.fakes.engines import FakeRecognizer, SlowRecognizer
from voicebot.amd.answer import Answerer
from voicebot.amd.mailbox import SILENCE, Moment
from voicebot.amd.signals import AFTER_BEEP
from voicebot.calls.events import (
    AnswerJudged,
    CallEnded,
    CallerHeard,
    MailboxListens,
    PromptEnded,
    PromptStarted,
)
from voicebot.calls.settings import CallSettings
from voicebot.dialogue.language.flow import Flow
from voicebot.disposition import Disposition
from voicebot.media.frame import Band
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.stt.scripted import ScriptedRecognizer

pytestmark = pytest.mark.virtual_time

GREETING = "you have reached the mailbox of nobody please leave a message after the beep"

MESSAGE = "This is Ana of Example. Please call us at five five five."


def with_message(flow: Flow) -> Flow:
    messages = flow.messages.model_copy(update={"voicemail": {"en": MESSAGE}})
    return flow.model_copy(update={"messages": messages})


def placed(flow: Flow, *texts: str, **more: object) -> Scene:
    return scene(flow, *texts, direction="outbound", **more)


async def greeting(call: Scene) -> None:
    """A mailbox that talks for nine seconds, over whatever the bot says."""
    await asyncio.sleep(0.3)
    await talk(call, 9.0)


async def talk(call: Scene, seconds: float) -> None:
    """In another voice than the bot's, so that it is no echo of it."""
    at = np.arange(int(seconds * Band.WIDE)) / Band.WIDE
    syllables = 0.1 + 0.9 * (at % 0.3 < 0.2)
    sound = np.random.default_rng(2).normal(0, 9000, len(at)) * syllables
    call.line.caller.speak(sound.clip(-30000, 30000).astype("<i2").tobytes())
    await asyncio.sleep(seconds)


async def test_a_machine_is_left_in_the_middle_of_its_greeting(flow: Flow) -> None:
    call = placed(flow, GREETING)
    record = await call.call(greeting)

    assert record.disposition is Disposition.MACHINE
    assert record.seconds < 3.0
    [judged] = call.all(AnswerJudged)
    assert judged.answerer is Answerer.MACHINE
    assert "the words of a machine" in judged.evidence[0]
    assert call.all(PromptStarted)[-1].at < judged.at
    assert replay(recorded(record.events), flow, FACTS).same


async def test_nobody_waits_for_the_verdict(flow: Flow) -> None:
    call = placed(flow, GREETING)
    await call.call(greeting)
    assert call.all(PromptStarted)[0].at < 0.1


async def test_a_machine_without_words_is_left_at_its_beep(flow: Flow) -> None:
    async def beeps(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 3.5)
        call.line.caller.speak(tone(1000, 0.5, rate=Band.WIDE))

    call = placed(flow, "")
    record = await call.call(beeps)
    assert record.disposition is Disposition.MACHINE
    assert record.seconds < 6.0
    assert "a beep" in call.all(AnswerJudged)[0].evidence[-1]


async def leaves_mailbox(call: Scene) -> None:
    """Greets for four seconds, beeps, and keeps what it hears for half a minute."""
    await asyncio.sleep(0.3)
    await talk(call, 4.0)
    call.line.caller.speak(tone(1000, 0.4, rate=Band.WIDE))
    await asyncio.sleep(30)


async def test_a_message_is_left_behind_the_beep_and_the_call_ends(flow: Flow) -> None:
    call = placed(with_message(flow), GREETING)
    record = await call.call(leaves_mailbox)

    [judged], [listens] = call.all(AnswerJudged), call.all(MailboxListens)
    message = call.all(PromptStarted)[-1]
    assert judged.at < 3.0
    assert listens.why is Moment.BEEP
    assert listens.at == pytest.approx(4.7 + AFTER_BEEP, abs=0.1)
    assert message.text == MESSAGE
    assert message.at == pytest.approx(listens.at, abs=0.1)
    assert call.all(PromptEnded)[-1].complete
    assert record.disposition is Disposition.MACHINE
    assert replay(recorded(record.events), with_message(flow), FACTS).same


async def test_without_a_beep_it_is_left_when_the_greeting_is_over(flow: Flow) -> None:
    async def greets(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 4.0)
        await asyncio.sleep(30)

    call = placed(with_message(flow), GREETING)
    await call.call(greets)
    [listens] = call.all(MailboxListens)
    assert listens.why is Moment.SILENCE
    assert listens.at == pytest.approx(4.3 + SILENCE, abs=0.3)
    assert call.all(PromptEnded)[-1].complete


async def test_a_mailbox_that_never_listens_is_left(flow: Flow) -> None:
    async def talks_on(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 70.0)

    call = placed(with_message(flow), GREETING)
    record = await call.call(talks_on)
    assert call.all(MailboxListens)[0].why is Moment.NEVER
    assert record.disposition is Disposition.MACHINE
    assert MESSAGE not in [prompt.text for prompt in call.all(PromptStarted)]
    assert replay(recorded(record.events), with_message(flow), FACTS).same


async def test_a_mailbox_that_hangs_up_is_a_machine_all_the_same(flow: Flow) -> None:
    async def full(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 4.0)
        await call.line.caller.hang_up()

    record = await placed(with_message(flow), GREETING).call(full)
    assert record.disposition is Disposition.MACHINE


async def test_a_fax_machine_is_left(flow: Flow) -> None:
    async def whistles(call: Scene) -> None:
        call.line.caller.speak(tone(2100, 3.0, rate=Band.WIDE))

    record = await placed(flow, "").call(whistles)
    assert record.disposition is Disposition.FAX
    assert record.seconds < 2.5
    assert replay(recorded(record.events), flow, FACTS).same


async def test_a_short_greeting_is_known_by_its_words_and_no_goodbye_is_said(flow: Flow) -> None:
    async def brief(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 1.5)

    call = placed(flow, "leave a message")
    record = await call.call(brief)
    assert record.disposition is Disposition.MACHINE
    assert record.seconds < 3.0
    assert call.all(CallerHeard)[0].text == "leave a message"
    assert replay(recorded(record.events), flow, FACTS).same


ASSISTANT = "hi please say your name and why you are calling"
WHO_CALLS = "This is Ana of Example."


def announced(flow: Flow) -> Flow:
    messages = flow.messages.model_copy(update={"screening": {"en": WHO_CALLS}})
    return flow.model_copy(update={"messages": messages})


async def asks_who_calls(call: Scene) -> None:
    """An assistant that asks, and says once more that it looks for somebody."""
    await asyncio.sleep(0.3)
    await talk(call, 2.6)
    while WHO_CALLS not in [prompt.text for prompt in call.all(PromptStarted)]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await asyncio.sleep(3.0)


def said_to_assistant(call: Scene) -> int:
    return [prompt.text for prompt in call.all(PromptStarted)].count(WHO_CALLS)


async def test_an_assistant_is_told_once_who_calls_and_left_when_nobody_comes(flow: Flow) -> None:
    async def nobody_comes(call: Scene) -> None:
        await asks_who_calls(call)
        await asyncio.sleep(60)

    call = placed(announced(flow), ASSISTANT)
    record = await call.call(nobody_comes)

    assert record.disposition is Disposition.SCREENED
    assert said_to_assistant(call) == 1
    assert call.all(PromptEnded)[-1].complete
    assert record.seconds < 40
    assert replay(recorded(record.events), announced(flow), FACTS).same


async def test_a_person_whom_an_assistant_fetches_hears_everything_from_the_start(flow: Flow) -> None:
    heard = FakeRecognizer("fake", ASSISTANT)

    async def somebody_comes(call: Scene) -> None:
        await asks_who_calls(call)
        heard.words = "hello"
        before = len(call.all(PromptStarted))
        await talk(call, 0.6)
        await call.until(PromptEnded, before + 2)
        await call.line.caller.hang_up()

    call = Scene(announced(flow), heard, facts=FACTS, direction="outbound")
    record = await call.call(somebody_comes)

    started = [prompt.text for prompt in call.all(PromptStarted)]
    assert started[-2:] == ["This call is recorded.", "How much can you pay of what you owe us?"]
    assert said_to_assistant(call) == 1
    assert record.disposition is not Disposition.SCREENED
    assert replay(recorded(record.events), announced(flow), FACTS).same


async def test_whoever_hangs_up_behind_an_assistant_was_screened(flow: Flow) -> None:
    async def hangs_up(call: Scene) -> None:
        await asks_who_calls(call)
        await call.line.caller.hang_up()

    record = await placed(announced(flow), ASSISTANT).call(hangs_up)
    assert record.disposition is Disposition.SCREENED


async def test_without_words_for_it_an_assistant_is_left(flow: Flow) -> None:
    record = await placed(flow, ASSISTANT).call(greeting)
    assert record.disposition is Disposition.SCREENED


async def test_whoever_says_hello_is_talked_with(flow: Flow) -> None:
    async def person(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 0.6)
        await call.asked("ask_amount")
        await asyncio.sleep(4.0)
        await call.line.caller.hang_up()

    call = placed(flow, "hello")
    record = await call.call(person)
    assert [judged.answerer for judged in call.all(AnswerJudged)] == [Answerer.HUMAN]
    assert call.all(CallEnded)[0].by == "caller"
    assert record.disposition is not Disposition.MACHINE


@pytest.mark.parametrize("place", ["a call that came in", "switched off"])
async def test_who_is_not_to_be_judged_is_not(flow: Flow, place: str) -> None:
    off = place == "switched off"
    heard = ScriptedRecognizer([GREETING])
    settings = CallSettings(machines=not off)
    call = Scene(flow, heard, facts=FACTS, settings=settings, direction="outbound" if off else "inbound")

    async def leaves(call: Scene) -> None:
        await talk(call, 4.0)
        await call.line.caller.hang_up()

    await call.call(leaves)
    assert not call.all(AnswerJudged)


async def test_words_that_come_after_the_call_change_nothing(flow: Flow) -> None:
    async def hangs_up(call: Scene) -> None:
        await asyncio.sleep(0.3)
        await talk(call, 2.4)
        await call.line.caller.hang_up()

    failures = list[dict[str, object]]()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
    call = Scene(flow, SlowRecognizer([GREETING] * 9), facts=FACTS, direction="outbound")
    await call.call(hangs_up)
    await asyncio.sleep(5.0)

    assert isinstance(call.events[-1], CallEnded)
    assert not failures
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "recognize"]


@pytest.mark.usefixtures("no_collector")
async def test_a_call_that_was_watched_leaves_nothing_to_the_garbage_collector(flow: Flow) -> None:
    before = parts_of_calls()
    await placed(flow, GREETING).call(greeting)
    await asyncio.sleep(1)
    assert parts_of_calls() <= before
