"""What is said at moments when something else happens too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.fakes.voices import FakePrompts, SlowPrompts
from voicebot.calls.events import CallEvent, PromptEnded, PromptStarted
from voicebot.calls.journal import Journal
from voicebot.calls.mouth import Mouth, Prompts
from voicebot.dialogue.actions import Say
from voicebot.media.frame import FRAME_SECONDS, Band
from voicebot.media.loopback import Loopback
from voicebot.tts.synthesizer import Engine, Voice

pytestmark = pytest.mark.virtual_time

ONE = Say("One moment please.", "en")
TWO = Say("Two.", "en")
NOTICE = Say("This call is recorded.", "en", interruptible=False)
TAIL = FRAME_SECONDS / 2


class Line:
    """A mouth on a line that somebody listens at."""

    def __init__(self, prompts: Prompts, engine: Engine) -> None:
        self.line = Loopback(Band.WIDE)
        self.events: list[CallEvent] = []
        journal = Journal()
        journal.follow(self.events.append)
        self.mouth = Mouth(
            self.line.bot,
            prompts,
            {"en": Voice("en", "any", engine=engine)},
            journal,
            on_speaking=lambda speaking, interruptible: None,
            caller_speaks=lambda: False,
            reply_latency=lambda queued: None,
            on_failure=lambda error: None,
            now=lambda: 0.0,
        )
        self.line.bot.on_sent = lambda pcm: self.mouth.sent()

    async def heard(self, seconds: float) -> None:
        """Wait until the caller has heard so much of the bot."""
        while self.line.bot.heard_seconds < seconds - TAIL:  # noqa: ASYNC110
            await asyncio.sleep(FRAME_SECONDS / 4)

    @property
    def begun(self) -> Sequence[str]:
        return [event.text for event in self.events if isinstance(event, PromptStarted)]

    @property
    def ended(self) -> Sequence[PromptEnded]:
        return [event for event in self.events if isinstance(event, PromptEnded)]


@asynccontextmanager
async def speaking(prompts: Prompts | None = None, engine: Engine = Engine.ESPEAK) -> AsyncIterator[Line]:
    line = Line(prompts or FakePrompts(), engine)
    task = asyncio.create_task(line.mouth.run())
    async with asyncio.timeout(20.0):
        yield line
    task.cancel()
    await asyncio.wait({task})
    await line.line.caller.hang_up()


async def test_a_sound_in_the_last_instant_of_a_prompt_holds_the_next_one_until_it_was_a_cough() -> None:
    async with speaking() as call:
        call.mouth.say([ONE, TWO])
        await call.heard(0.9)
        call.mouth.hold()
        await asyncio.sleep(0.5)
        assert call.mouth.held
        call.mouth.go_on()
        await call.mouth.silence()
    assert call.begun == [ONE.text, TWO.text]


async def test_what_must_be_heard_is_never_held_by_a_sound_over_the_prompt_before() -> None:
    async with speaking() as call:
        call.mouth.say([ONE, NOTICE])
        await call.heard(0.9)
        call.mouth.hold()
        await call.mouth.silence()
    assert call.begun == [ONE.text, NOTICE.text]


async def test_nothing_is_held_any_more_when_the_last_prompt_is_over() -> None:
    async with speaking() as call:
        call.mouth.say([ONE])
        await call.heard(0.9)
        call.mouth.hold()
        await call.mouth.silence()
        assert not call.mouth.held
        call.mouth.say([TWO])
        await call.mouth.silence()
    assert [prompt.complete for prompt in call.ended] == [True, True]


async def test_a_reply_does_not_wait_for_a_sentence_that_was_dropped_while_it_was_made() -> None:
    async with speaking(SlowPrompts(2.0), Engine.PIPER) as call:
        call.mouth.say([Say("One. And more.", "en")])
        await call.heard(0.3)
        call.mouth.stop()
        call.mouth.say([TWO])
        began = asyncio.get_running_loop().time()
        await call.mouth.silence()
        assert asyncio.get_running_loop().time() - began < 2.6  # 2.0 s to make it, 0.3 s to hear it


async def test_a_prompt_begins_with_its_own_sound_not_with_the_dying_one_before_it() -> None:
    async with speaking(SlowPrompts(1.0), Engine.PIPER) as call:
        call.mouth.say([ONE])
        await call.heard(0.3)
        stopped = asyncio.get_running_loop().time()
        call.mouth.stop()
        call.mouth.say([TWO])
        while len(call.begun) < 2:  # noqa: ASYNC110
            await asyncio.sleep(FRAME_SECONDS)
        assert asyncio.get_running_loop().time() - stopped > 0.9


async def test_a_prompt_is_not_complete_for_who_hangs_up_in_the_middle() -> None:
    async with speaking() as call:
        call.mouth.say([ONE])
        await call.heard(0.3)
        await call.line.caller.hang_up()
        await call.mouth.silence()
    assert [prompt.complete for prompt in call.ended] == [False]


async def test_nothing_is_made_ahead_once_the_call_is_over() -> None:
    async with speaking(SlowPrompts(5.0), Engine.PIPER) as call:
        call.mouth.prepare([ONE])
        await asyncio.sleep(0.1)
        assert making()
    await asyncio.sleep(0.1)
    assert not making()


def making() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "prepare a prompt"]
