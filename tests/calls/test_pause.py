"""At a pause, words and voice say whether more is to come."""

from __future__ import annotations

import asyncio

import pytest

from voicebot.calls.pause import Pause
from voicebot.errors import SpeechError
from voicebot.stt.recognizer import Transcript
from voicebot.turns.detector import Words

pytestmark = pytest.mark.virtual_time

REACH = {"": Words.OPEN, "the fourth": Words.COMPLETE, "the fourth of": Words.BROKEN_OFF}


class Weighed:
    """A pause whose words come after one second and whose voice after ``voice_after``."""

    def __init__(self, text: str | None, voice: bool | None, voice_after: float = 0.5) -> None:
        self.told: list[Words] = []
        self.foreseen: list[str] = []
        self.pause = Pause(
            asyncio.create_task(_words(text)),
            _voice(voice, voice_after),
            reach=REACH.__getitem__,
            weighed=self.told.append,
            foresee=self.foreseen.append,
        )


async def _words(text: str | None) -> Transcript:
    await asyncio.sleep(1)
    if text is None:
        raise SpeechError("no server")
    return Transcript(text)


async def _voice(finished: bool | None, after: float) -> bool | None:
    await asyncio.sleep(after)
    return finished


async def test_the_voice_tells_until_the_words_know_better() -> None:
    weighed = Weighed("the fourth of", voice=True)
    await asyncio.sleep(2)
    assert weighed.told == [Words.COMPLETE, Words.BROKEN_OFF]
    assert weighed.foreseen == []


async def test_the_voice_is_heard_where_the_words_leave_it_open_or_cannot_be_had() -> None:
    for text, told in (("", [Words.OPEN, Words.BROKEN_OFF]), (None, [Words.BROKEN_OFF])):
        weighed = Weighed(text, voice=False, voice_after=1.5)
        await asyncio.sleep(2)
        assert weighed.told == told


async def test_words_that_may_be_all_are_foreseen() -> None:
    weighed = Weighed("the fourth", voice=None)
    await asyncio.sleep(2)
    assert weighed.foreseen == ["the fourth"]


async def test_a_caller_who_goes_on_is_weighed_no_more_and_the_words_so_far_still_come() -> None:
    weighed = Weighed("the fourth", voice=True)
    words = weighed.pause.end()
    assert (await words).text == "the fourth"
    assert (weighed.told, weighed.foreseen) == ([], [])
