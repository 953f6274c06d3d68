from __future__ import annotations

import asyncio

import numpy as np
import pytest

from voicebot.media.frame import AudioFrame, Band, KeyPressed
from voicebot.media.g711 import pcm_to_ulaw, ulaw_to_pcm
from voicebot.media.loopback import Loopback

pytestmark = pytest.mark.virtual_time

SOUND = (8000 * np.sin(np.arange(1600))).astype("<i2").tobytes()


async def hang_up_after(line: Loopback, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await line.caller.hang_up()


async def bot_hears(line: Loopback) -> list[AudioFrame | KeyPressed]:
    return [sound async for sound in line.bot.incoming()]


def joined(frames: list[AudioFrame]) -> bytes:
    return b"".join(frame.pcm for frame in frames).strip(b"\0")


async def test_the_bot_hears_every_word_of_a_wide_line_as_it_was_said() -> None:
    line = Loopback(Band.WIDE)
    line.caller.speak(SOUND)
    await hang_up_after(line, 0.5)
    heard = [sound for sound in await bot_hears(line) if isinstance(sound, AudioFrame)]
    assert joined(heard) == SOUND.strip(b"\0")
    assert [frame.at for frame in heard] == [n * 0.02 for n in range(25)]


async def test_the_caller_hears_the_bot_and_its_silence_in_real_time() -> None:
    line = Loopback(Band.WIDE)
    line.bot.play(SOUND)
    await hang_up_after(line, 1.0)
    heard = [frame async for frame in line.caller.hearing()]
    assert joined(heard) == SOUND.strip(b"\0")
    assert len(heard) == 50


async def test_a_narrow_line_codes_sound_as_a_telephone_does() -> None:
    line = Loopback(Band.NARROW)
    line.caller.speak(SOUND)
    line.bot.play(SOUND)
    await hang_up_after(line, 0.5)
    coded = ulaw_to_pcm(pcm_to_ulaw(SOUND)).strip(b"\0")
    assert joined([sound for sound in await bot_hears(line) if isinstance(sound, AudioFrame)]) == coded
    assert joined([frame async for frame in line.caller.hearing()]) == coded
    assert coded != SOUND.strip(b"\0")


async def test_the_bot_answers_a_frame_within_a_slot_or_two() -> None:
    line = Loopback(Band.WIDE)
    await anext(line.bot.incoming())
    said = asyncio.get_running_loop().time()
    line.bot.play(SOUND)
    hearing = line.caller.hearing()
    while not any((await anext(hearing)).pcm):
        pass
    assert asyncio.get_running_loop().time() - said < 0.01


async def test_keys_arrive_between_the_frames_they_were_pressed_between() -> None:
    line = Loopback(Band.NARROW)
    await asyncio.sleep(0.1)
    line.caller.press("4")
    await hang_up_after(line, 0.1)
    assert (await bot_hears(line))[5] == KeyPressed("4", 0.1)


async def test_the_bots_hang_up_is_the_end_for_the_caller() -> None:
    line = Loopback(Band.NARROW)
    asyncio.get_running_loop().call_later(0.2, lambda: asyncio.ensure_future(line.bot.hang_up()))
    assert len([frame async for frame in line.caller.hearing()]) == 10
