from __future__ import annotations

from tests.fakes.http_endpoint import Answer, HttpEndpoint, gives, http
from voicebot.doctor.servers import check_servers
from voicebot.doctor.verdict import Outcome, Verdict
from voicebot.settings import load_settings


async def verdict(answer: Answer) -> Verdict:
    async with HttpEndpoint(answer).open() as endpoint:
        server = {"base_url": endpoint.url, "model": "small"}
        return await check_servers(load_settings(stt={"engine": "openai", "openai": server}))


async def test_a_voice_on_a_server_is_looked_for_too() -> None:
    async with HttpEndpoint(gives(http(503, "{}"))).open() as endpoint:
        server = {"base_url": endpoint.url, "model": "kokoro"}
        voice = {"engine": "openai", "openai": server, "voices": {"en": "nova"}}
        found = await check_servers(load_settings(tts=voice))
    assert found.outcome is Outcome.FAILS
    assert "openai kokoro at 127.0.0.1: 127.0.0.1 answers with status 503" in found.finding


async def test_without_servers_there_is_nothing_to_look_at() -> None:
    assert (await check_servers(load_settings())).outcome is Outcome.SKIPPED


async def test_a_server_that_answers_is_there() -> None:
    found = await verdict(gives(http(200, "{}")))
    assert found.outcome is Outcome.OK
    assert found.finding == "there: openai small at 127.0.0.1"


async def test_a_server_that_does_not_take_the_key_is_told() -> None:
    found = await verdict(gives(http(401, "{}")))
    assert found.outcome is Outcome.FAILS
    assert "does not take the key" in found.finding
    assert "docs/speech.md" in found.advice
