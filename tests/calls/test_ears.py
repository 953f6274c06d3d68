"""When callers are taken to have finished."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.calls.reminder import ANSWERS, answer_everything, answer_once, scene
from voicebot.calls.events import (
    CallerHeard,
)
from voicebot.dialogue.language.flow import Flow
from voicebot.media.frame import AudioFrame

pytestmark = pytest.mark.virtual_time


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
    await call.call(answer_once)

    heard = call.all(CallerHeard)[0]
    assert heard.reason == reason
    assert heard.at - heard.ended_at == pytest.approx(seconds, abs=0.04)


async def test_what_the_words_tell_goes_before_the_voice(flow: Flow) -> None:
    call = scene(flow, *ANSWERS, end_of_turn=Voice(False))
    await call.call(answer_everything)

    assert {heard.reason for heard in call.all(CallerHeard)} == {"complete"}
