"""Voices on a real HTTP server, in all its moods."""

from __future__ import annotations

import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.http_endpoint import Answer, HttpEndpoint, cut, gives, http
from voicebot.errors import SpeechServerError
from voicebot.tts.openai import OpenAiVoices
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Engine, Voice

VOICE = Voice("es", "nova", engine=Engine.OPENAI, speed=0.9)
PCM = bytes(range(200)) * 10


def wav(pcm: bytes = PCM, *, channels: int = 1, bits: int = 16, unknown_length: bool = False) -> bytes:
    size = 0xFFFFFFFF if unknown_length else len(pcm)
    block = channels * bits // 8
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, 24000, 24000 * block, block, bits)
    length = size if unknown_length else 36 + size
    return struct.pack("<4sI4s", b"RIFF", length, b"WAVE") + form + struct.pack("<4sI", b"data", size) + pcm


def settings(endpoint: HttpEndpoint) -> TtsSettings:
    server = {"base_url": endpoint.url, "model": "kokoro", "key": "sk-secret", "connect_timeout": 30.0}
    return TtsSettings.model_validate({"engine": "openai", "openai": server, "voices": {"es": "nova"}})


@asynccontextmanager
async def speaking(answer: Answer) -> AsyncIterator[tuple[OpenAiVoices, HttpEndpoint]]:
    async with HttpEndpoint(answer).open() as endpoint:
        voices = OpenAiVoices(settings(endpoint))
        yield voices, endpoint
        await voices.close()


async def spoken(voices: OpenAiVoices) -> tuple[int, bytes]:
    (frame,) = [frame async for frame in voices.synthesize("Buenos días.", voice=VOICE)]
    return frame.rate, frame.pcm


@pytest.mark.parametrize("unknown_length", [False, True])
async def test_a_sentence_is_spoken_as_the_voice_is_set(unknown_length: bool) -> None:
    async with speaking(gives(http(200, wav(unknown_length=unknown_length)))) as (voices, endpoint):
        assert await spoken(voices) == (24000, PCM)
        await spoken(voices)
    request = endpoint.requests[0]
    assert request.path == "/v1/audio/speech"
    assert "Bearer sk-secret" in request.head
    assert json.loads(request.body) == {
        "model": "kokoro",
        "input": "Buenos días.",
        "voice": "nova",
        "response_format": "wav",
        "speed": 0.9,
    }
    assert endpoint.connections == 1


TROUBLE = {
    "500": (gives(http(500, "oops")), "status 500"),
    "MP3": (gives(http(200, b"ID3\x04" + bytes(100))), "no WAV"),
    "nothing": (gives(http(200, b"")), "no WAV"),
    "stereo": (gives(http(200, wav(channels=2))), "2 channels of 16 bits"),
    "8 bits": (gives(http(200, wav(bits=8))), "1 channels of 8 bits"),
    "cut in the middle": (cut(http(200, wav())), "does not answer"),
}


@pytest.mark.parametrize(("answer", "says"), TROUBLE.values(), ids=TROUBLE.keys())
async def test_a_server_in_trouble_is_a_failure_of_the_voice(answer: Answer, says: str) -> None:
    async with speaking(answer) as (voices, _):
        with pytest.raises(SpeechServerError, match=says) as failure:
            await spoken(voices)
    assert "Buenos" not in str(failure.value)


async def test_a_busy_server_says_for_how_long() -> None:
    async with speaking(gives(http(429, "{}", "Retry-After: 9"))) as (voices, _):
        with pytest.raises(SpeechServerError) as failure:
            await spoken(voices)
    assert failure.value.retry_after == 9.0


async def test_a_server_that_is_there_is_ready() -> None:
    async with speaking(gives(http(200, "{}"))) as (voices, _):
        await voices.ready()
        assert voices.identity(VOICE) == "openai kokoro at 127.0.0.1"
