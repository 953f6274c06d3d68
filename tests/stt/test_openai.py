"""A recogniser against a real HTTP server, in all its moods."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from tests.fakes.engines import spoken
from tests.fakes.http_endpoint import Answer, HttpEndpoint, Request, cut, gives, http
from voicebot.errors import SpeechError, SpeechServerError
from voicebot.stt.engines import open_recognizer
from voicebot.stt.openai import OpenAiRecognizer
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.stt.settings import SttSettings

CONTEXT = ListenContext("es", phrases=("sí", "no"))
PCM = bytes(range(250)) * 64
SURE = {"text": " Sí, claro.", "segments": [{"avg_logprob": 0.0, "no_speech_prob": 0.1, "start": 0}]}


def settings(endpoint: HttpEndpoint, **more: Any) -> SttSettings:
    server = {"base_url": endpoint.url, "model": "small", "key": "sk-secret", "connect_timeout": 30.0}
    return SttSettings.model_validate({"engine": "openai", "openai": server, **more})


@asynccontextmanager
async def hearing(answer: Answer) -> AsyncIterator[tuple[OpenAiRecognizer, HttpEndpoint]]:
    async with HttpEndpoint(answer).open() as endpoint:
        recognizer = OpenAiRecognizer(settings(endpoint))
        yield recognizer, endpoint
        await recognizer.close()


async def heard(recognizer: Recognizer, pcm: bytes = PCM) -> Transcript:
    (transcript,) = [words async for words in recognizer.transcribe(spoken(pcm), context=CONTEXT)]
    return transcript


def form(request: Request) -> dict[str, bytes]:
    """The fields of a multipart form."""
    _, _, headers = request.head.partition("\r\n")
    message = message_from_bytes(headers.encode() + request.body)
    fields: dict[str, bytes] = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = part.get_param("name", header="content-disposition")
        fields[str(name)] = part.get_payload(decode=True)  # type: ignore[assignment]
    return fields


def says(body: object) -> Answer:
    return gives(http(200, json.dumps(body)))


async def test_a_server_that_answers_well_is_understood() -> None:
    async with hearing(says(SURE)) as (recognizer, endpoint):
        transcript = await heard(recognizer)
    assert transcript.text == "sí claro"
    assert transcript.confidence == pytest.approx(0.9)

    (request,) = endpoint.requests
    assert request.path == "/v1/audio/transcriptions"
    assert "Authorization: Bearer sk-secret" in request.head
    fields = form(request)
    assert fields["model"] == b"small"
    assert fields["language"] == b"es"
    assert fields["prompt"].decode() == "no, sí"
    assert fields["file"][:4] == b"RIFF"
    assert fields["file"].endswith(PCM)


async def test_a_connection_is_used_again() -> None:
    async with hearing(says(SURE)) as (recognizer, endpoint):
        for _ in range(3):
            await heard(recognizer)
    assert endpoint.connections == 1


async def test_a_model_that_tells_of_tokens_instead_of_segments_is_asked_so_from_then_on() -> None:
    async def newer(request: Request) -> bytes:
        if form(request)["response_format"] == b"verbose_json":
            return http(400, '{"error": {"message": "response_format is not compatible"}}')
        return http(200, json.dumps({"text": "Sí.", "logprobs": [{"logprob": -0.2}, {"logprob": -0.4}]}))

    async with hearing(newer) as (recognizer, endpoint):
        first, second = await heard(recognizer), await heard(recognizer)
    assert first == second
    assert first.confidence == pytest.approx(0.74, abs=0.01)
    formats = [form(request)["response_format"] for request in endpoint.requests]
    assert formats == [b"verbose_json", b"json", b"json"]


async def test_a_server_that_only_writes_text_is_believed() -> None:
    async with hearing(says({"text": "yes"})) as (recognizer, _):
        assert await heard(recognizer) == Transcript("yes")


async def test_what_is_invented_in_silence_is_nothing() -> None:
    invention = {"text": "Gracias por ver el video", "segments": []}
    async with hearing(says(invention)) as (recognizer, _):
        assert await heard(recognizer) == Transcript("", confidence=0.0)


async def test_without_a_sound_nobody_is_asked() -> None:
    async with hearing(says(SURE)) as (recognizer, endpoint):
        assert (await heard(recognizer, b"")).text == ""
    assert not endpoint.requests


TROUBLE = {
    "500": gives(http(500, "oops")),
    "no JSON": gives(http(200, "<html>")),
    "another JSON": gives(http(200, '{"words": []}')),
    "not found": gives(http(404, "{}")),
    "cut in the middle": cut(http(200, json.dumps(SURE))),
    "no HTTP": gives(b"\x00\x01 what\r\n\r\n"),
    "too long": gives(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
}


@pytest.mark.parametrize("answer", TROUBLE.values(), ids=TROUBLE.keys())
async def test_a_server_in_trouble_is_a_failure_of_the_engine(answer: Answer) -> None:
    async with hearing(answer) as (recognizer, _):
        with pytest.raises(SpeechServerError) as failure:
            await heard(recognizer)
    assert failure.value.retry_after == 0.0
    assert "sk-secret" not in str(failure.value)


async def test_a_busy_server_says_for_how_long() -> None:
    async with hearing(gives(http(429, "{}", "Retry-After: 17"))) as (recognizer, _):
        with pytest.raises(SpeechServerError, match="status 429") as failure:
            await heard(recognizer)
    assert failure.value.retry_after == 17.0


async def test_a_server_that_is_not_there_is_a_failure_of_the_engine() -> None:
    async with HttpEndpoint(says(SURE)).open() as endpoint:
        pass
    recognizer = OpenAiRecognizer(settings(endpoint))
    with pytest.raises(SpeechServerError, match="does not answer"):
        await heard(recognizer)
    with pytest.raises(SpeechServerError, match="does not answer"):
        await recognizer.ready()
    await recognizer.close()


@pytest.mark.parametrize("status", [200, 404])
async def test_a_server_is_ready_when_it_answers_at_all(status: int) -> None:
    async with hearing(gives(http(status, "{}"))) as (recognizer, endpoint):
        await recognizer.ready()
    assert endpoint.requests[0].path == "/v1/models"


@pytest.mark.parametrize(("status", "says"), [(401, "does not take the key"), (503, "status 503")])
async def test_a_server_that_will_not_have_us_is_not_ready(status: int, says: str) -> None:
    async with hearing(gives(http(status, "{}"))) as (recognizer, _):
        with pytest.raises(SpeechServerError, match=says):
            await recognizer.ready()


async def test_the_key_is_in_no_log_and_no_name() -> None:
    async with HttpEndpoint(gives(http(500, "sk-secret"))).open() as endpoint:
        chosen = settings(endpoint)
        recognizer = open_recognizer(chosen, Path())
        with structlog.testing.capture_logs() as logs, pytest.raises(SpeechError):
            await heard(recognizer)
        await recognizer.close()
    assert "sk-secret" not in f"{logs} {recognizer.name} {chosen!r}"
    assert recognizer.name == "openai small at 127.0.0.1"
