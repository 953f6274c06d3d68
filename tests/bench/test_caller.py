"""A caller of the load test with a bot made of rules at the other end, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from voicebot.bench.caller import Caller
from voicebot.bench.hearing import audible
from voicebot.bench.mix import Step, Trouble, Turn
from voicebot.bench.sounds import BAND, Sounds, voiced_part, with_noise
from voicebot.media.clock import MediaClock

pytestmark = pytest.mark.virtual_time

SILENCE = bytes(BAND.frame_bytes)
VOICE = np.full(BAND.frame_bytes // 2, 4000, "<i2").tobytes()
HISS = np.full(BAND.frame_bytes // 2, 40, "<i2").tobytes()
SOUNDS = Sounds(sentence=(VOICE,) * 50, interruption=(VOICE,) * 50, cough=(VOICE,) * 7, noise=(HISS,))
ENDPOINT, STOPS_AFTER = 10, 8
"""Frames of silence after which the bot answers, and of speech after which it stops."""


class Bot:
    """Answers for six seconds when the caller has spoken, and is silent as soon as somebody talks."""

    def __init__(self, *, deaf: bool = False, stubborn: bool = False) -> None:
        self.caller: Caller
        self.heard: list[bytes] = []
        self._deaf = deaf
        self._stubborn = stubborn
        self._to_say = 50
        self._speech = self._silence = 0

    def sound(self, pcm: bytes) -> None:
        self.heard.append(pcm)
        if audible(pcm):
            self._speech, self._silence = self._speech + 1, 0
        else:
            self._silence += 1
        if self._speech >= STOPS_AFTER and self._to_say and not self._stubborn:
            self._to_say = 0
        if self._silence == ENDPOINT:
            if self._speech >= STOPS_AFTER and not self._deaf:
                self._to_say = 300
            self._speech = 0
        self._answer()

    def key(self, key: str) -> None:
        self._to_say = 300

    def _answer(self) -> None:
        self.caller.hear(VOICE if self._to_say else SILENCE)
        self._to_say = max(0, self._to_say - 1)


@asynccontextmanager
async def calling(bot: Bot, trouble: Trouble = Trouble()) -> AsyncIterator[Caller]:  # noqa: B008  it is frozen
    clock = MediaClock()
    bot.caller = Caller(bot, SOUNDS, trouble, seed=1)
    clock.join(bot.caller)
    yield bot.caller
    clock.leave(bot.caller)


async def turn(bot: Bot, step: Step) -> Turn:
    async with calling(bot) as caller:
        await caller.hold((step,))
    return caller.turns[0]


async def test_a_reply_is_timed_from_the_last_voiced_frame_to_the_first() -> None:
    said = await turn(Bot(), Step.SAY)
    assert said.error == ""
    assert said.reply == pytest.approx(ENDPOINT * 20)


async def test_a_barge_in_is_timed_from_its_first_frame_to_the_end_of_the_bots_sound() -> None:
    barged = await turn(Bot(), Step.BARGE)
    assert barged.stop == pytest.approx(STOPS_AFTER * 20, abs=21)
    assert barged.error == ""


async def test_a_bot_that_talks_on_is_no_fast_one() -> None:
    barged = await turn(Bot(stubborn=True), Step.BARGE)
    assert (barged.stop, barged.error) == (None, "talked on")


async def test_a_bot_that_hears_nothing_leaves_its_caller_without_an_answer() -> None:
    assert (await turn(Bot(deaf=True), Step.SAY)).error == "no answer"


async def test_a_cough_that_changes_nothing_is_no_pause() -> None:
    coughed = await turn(Bot(), Step.COUGH)
    assert coughed.error == ""
    assert coughed.pause == pytest.approx(20)


async def test_a_key_is_answered_without_a_silence() -> None:
    assert (await turn(Bot(), Step.DTMF)).reply == pytest.approx(20, abs=21)


async def test_a_noisy_line_is_noisy_for_that_step() -> None:
    bot = Bot()
    async with calling(bot) as caller:
        await caller.hold((Step.NOISE, Step.SAY))
    assert HISS in bot.heard
    assert with_noise(VOICE, HISS) in bot.heard
    assert VOICE in bot.heard


async def test_lost_frames_are_silence_and_late_ones_keep_their_order() -> None:
    bot = Bot(deaf=True)
    async with calling(bot, Trouble(loss=0.5, jitter=0.1)) as caller:
        talking = asyncio.create_task(caller.hold((Step.SAY,)))
        await asyncio.sleep(4)
        talking.cancel()
    voiced = [number for number, frame in enumerate(bot.heard) if frame == VOICE]
    assert 15 <= len(voiced) <= 35
    assert len(bot.heard) == pytest.approx(200, abs=8)


async def test_the_bot_that_never_says_hello_ends_the_call_with_that() -> None:
    bot = Bot(deaf=True)
    bot._to_say = 0
    async with calling(bot) as caller:
        with pytest.raises(Exception, match="no answer"):
            await caller.hold((Step.SAY,))


async def test_the_voiced_part_begins_and_ends_with_sound() -> None:
    assert voiced_part(SILENCE * 3 + VOICE + SILENCE + VOICE + SILENCE * 2) == (VOICE, SILENCE, VOICE)
    assert voiced_part(SILENCE * 3) == ()
