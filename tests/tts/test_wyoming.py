"""Voices on a real Wyoming server, in all its moods."""

from __future__ import annotations

import pytest

from tests.fakes.wyoming_server import Answer, WyomingServer, WyomingTalk
from voicebot.errors import SpeechServerError
from voicebot.media.frame import AudioFrame
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Engine, Voice
from voicebot.tts.wyoming import WyomingVoices

VOICE = Voice("es", "es_MX-claude", engine=Engine.WYOMING, speaker=3)
SOUND = {"rate": 22050, "width": 2, "channels": 1}


async def speaks(talk: WyomingTalk) -> None:
    await talk.listen("synthesize")
    talk.say("audio-start", SOUND)
    talk.say("audio-chunk", SOUND, b"\x01\x00" * 2205)
    talk.say("audio-chunk", SOUND, b"\x02\x00" * 2205)
    talk.say("audio-stop")


async def spoken(answer: Answer) -> tuple[list[AudioFrame], WyomingServer]:
    async with WyomingServer(answer).open() as server:
        chosen = {"engine": "wyoming", "wyoming": server.settings, "voices": {"es": VOICE.name}}
        voices = WyomingVoices(TtsSettings.model_validate(chosen))
        return [frame async for frame in voices.synthesize("Buenos días.", voice=VOICE)], server


async def test_a_sentence_is_spoken_by_the_voice_that_is_set() -> None:
    frames, server = await spoken(speaks)
    assert [(frame.rate, frame.at) for frame in frames] == [(22050, 0.0), (22050, 0.1)]
    (asked,) = server.talks[0].heard
    assert asked.data == {"text": "Buenos días.", "voice": {"name": "es_MX-claude", "speaker": "3"}}


async def is_cut_in_the_middle(talk: WyomingTalk) -> None:
    await talk.listen("synthesize")
    talk.say("audio-chunk", SOUND, b"\x01\x00" * 2205)


async def is_in_trouble(talk: WyomingTalk) -> None:
    await talk.listen("synthesize")
    talk.say("error", {"text": "no such voice"})


async def speaks_in_stereo(talk: WyomingTalk) -> None:
    await talk.listen("synthesize")
    talk.say("audio-chunk", {**SOUND, "channels": 2}, b"\x01\x00" * 2205)


TROUBLE = {
    is_cut_in_the_middle: "broke off",
    is_in_trouble: "no such voice",
    speaks_in_stereo: "1 channel are wanted",
}


@pytest.mark.parametrize(("answer", "says"), TROUBLE.items(), ids=[answer.__name__ for answer in TROUBLE])
async def test_a_server_in_trouble_is_a_failure_of_the_voice(answer: Answer, says: str) -> None:
    with pytest.raises(SpeechServerError, match=says):
        await spoken(answer)
