"""What waits in a call, and in which order it is come to."""

from __future__ import annotations

import asyncio

import pytest

from voicebot.calls.happenings import Happenings
from voicebot.calls.heard import Heard
from voicebot.dialogue.events import CallerSilent, KeysPressed
from voicebot.stt.recognizer import Transcript
from voicebot.turns.events import EndReason, UtteranceEnded

pytestmark = pytest.mark.virtual_time


def heard() -> Heard:
    ended = UtteranceEnded(0.0, 2.0, 2.8, EndReason.SILENCE)
    return Heard(ended, asyncio.create_task(_slowly()), decided=0.0)


async def _slowly() -> Transcript:
    await asyncio.sleep(60)
    return Transcript("")


async def test_who_waits_is_given_what_happens_next() -> None:
    happenings = Happenings()
    taken = asyncio.create_task(happenings.take())
    await asyncio.sleep(1)
    happenings.put(CallerSilent())
    assert await taken == CallerSilent()


async def test_keys_that_come_before_more_words_are_still_the_next() -> None:
    happenings, more = Happenings(), heard()
    happenings.put(KeysPressed("1"))
    happenings.put(more)
    assert await happenings.take_words() is None
    assert await happenings.take() == KeysPressed("1")
    assert await happenings.take_words() is more


async def test_words_that_answer_nothing_any_more_are_given_up_and_keys_are_not() -> None:
    happenings, old = Happenings(), heard()
    for happening in (old, KeysPressed("1"), heard(), CallerSilent()):
        happenings.put(happening)
    happenings.drop_words()
    await asyncio.sleep(0)
    assert old.words.cancelled()
    assert [await happenings.take(), await happenings.take()] == [KeysPressed("1"), CallerSilent()]
    assert not happenings
