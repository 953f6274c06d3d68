from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fakes.engines import live
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt.sound import Sound

pytestmark = pytest.mark.virtual_time

PCM = bytes(range(200)) * 16


async def heard(sound: Sound) -> bytes:
    return b"".join([frame.pcm async for frame in sound.frames()])


async def test_whoever_listens_later_hears_all_of_it_too() -> None:
    sound = Sound(live(PCM))
    first = asyncio.create_task(heard(sound))
    await asyncio.sleep(0.05)
    assert await heard(sound) == PCM
    assert await first == PCM
    await sound.close()


async def test_who_stops_listening_takes_nothing_from_the_next() -> None:
    sound = Sound(live(PCM))
    first = asyncio.create_task(heard(sound))
    await asyncio.sleep(0.03)
    first.cancel()
    assert await heard(sound) == PCM
    await sound.close()


async def test_the_end_is_told_when_it_comes_and_to_those_who_come_after_it() -> None:
    ends: list[float] = []
    loop = asyncio.get_running_loop()
    sound = Sound(live(PCM))
    with sound.at_end(lambda: ends.append(loop.time())):
        await heard(sound)
        await asyncio.sleep(0)
    with sound.at_end(lambda: ends.append(loop.time())):
        pass
    seconds = len(PCM) / 2 / Band.NARROW
    assert ends == pytest.approx([seconds, seconds])
    await sound.close()


async def test_a_sound_that_breaks_off_breaks_off_for_its_listener() -> None:
    async def broken() -> AsyncIterator[AudioFrame]:
        async for frame in live(PCM):
            yield frame
            raise ValueError("the line broke")

    with pytest.raises(ValueError, match="the line broke"):
        await heard(Sound(broken()))


async def test_a_sound_may_be_closed_while_it_comes() -> None:
    sound = Sound(live(PCM))
    await asyncio.sleep(0.03)
    await sound.close()
