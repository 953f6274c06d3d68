"""A recogniser against a real websocket server, in all its moods."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import cast

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Response

from tests.fakes.engines import spoken
from tests.fakes.http_endpoint import HttpEndpoint, never
from tests.fakes.realtime_server import Answer, RealtimeServer, RealtimeTalk, writes
from tests.fakes.until import until
from voicebot.errors import SpeechServerError
from voicebot.media.frame import Band
from voicebot.remote.settings import OpenAiSettings
from voicebot.stt.openai_realtime import OpenAiRealtimeRecognizer
from voicebot.stt.realtime_events import RATE
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import Engine, SttSettings

CONTEXT = ListenContext("es", phrases=("sí", "no"))
PCM = bytes(2 * Band.NARROW)


def recognizer_of(server: OpenAiSettings) -> OpenAiRealtimeRecognizer:
    return OpenAiRealtimeRecognizer(SttSettings(engine=Engine.OPENAI_REALTIME, openai_realtime=server))


@asynccontextmanager
async def hearing(
    answer: Answer, refusal: Response | None = None
) -> AsyncIterator[tuple[OpenAiRealtimeRecognizer, RealtimeServer]]:
    async with RealtimeServer(answer, refusal).open() as server:
        recognizer = recognizer_of(server.settings)
        yield recognizer, server
        await recognizer.close()


async def all_heard(
    recognizer: OpenAiRealtimeRecognizer, pcm: bytes = PCM, context: ListenContext = CONTEXT
) -> list[Transcript]:
    return [words async for words in recognizer.transcribe(spoken(pcm), context=context)]


async def test_a_session_gets_the_sound_and_its_words_are_understood_as_they_come() -> None:
    async with hearing(writes("Sí,", " claro.")) as (recognizer, server):
        first, second, last = await all_heard(recognizer)
    assert (first, second) == (Transcript("sí", final=False), Transcript("sí claro", final=False))
    assert last == Transcript("sí claro")

    (request,), (talk,) = server.requests, server.talks
    assert request.path == "/v1/realtime?intent=transcription"
    assert request.headers["Authorization"] == "Bearer sk-secret"
    (session,) = talk.sessions
    assert session["type"] == "transcription"
    sound = session["audio"]["input"]
    assert sound["transcription"] == {"model": "small", "language": "es", "prompt": "no, sí"}
    assert sound["turn_detection"] is None
    assert len(talk.pcm) / 2 / RATE == 1.0


async def test_a_session_serves_one_utterance_after_the_other_and_hears_what_changes() -> None:
    english = ListenContext("en")
    async with hearing(writes("Sí.")) as (recognizer, server):
        await all_heard(recognizer)
        await all_heard(recognizer)
        await all_heard(recognizer, context=english)
    (talk,) = server.talks
    languages = [session["audio"]["input"]["transcription"]["language"] for session in talk.sessions]
    assert languages == ["es", "en"]


async def test_two_callers_at_once_have_a_session_each() -> None:
    async with hearing(writes("Sí.")) as (recognizer, server):
        await asyncio.gather(all_heard(recognizer), all_heard(recognizer))
        assert len(server.talks) == 2
        await all_heard(recognizer)
        assert len(server.talks) == 2


async def test_a_session_stays_open_for_the_next_caller_while_the_last_one_takes_their_leave() -> None:
    gone = asyncio.Event()

    async def writes_late(talk: RealtimeTalk) -> None:
        await gone.wait()
        await talk.write("No.")

    async with hearing(writes("Sí.")) as (recognizer, server):
        hearing_one = recognizer.transcribe(spoken(PCM), context=CONTEXT)
        async with aclosing(cast("AsyncGenerator[Transcript, None]", hearing_one)) as words:
            while not (await anext(words)).final:
                pass
            server.answer = writes_late
            next_one = asyncio.create_task(all_heard(recognizer))
            await until(lambda: len(server.talks[0].pcm) == 4 * RATE)
        gone.set()
        assert (await next_one)[-1] == Transcript("no")
    assert len(server.talks) == 1


async def test_a_session_that_the_server_ended_meanwhile_costs_nothing() -> None:
    async with hearing(writes("Sí.")) as (recognizer, server):
        await all_heard(recognizer)
        await server.hang_up()
        assert (await all_heard(recognizer))[-1] == Transcript("sí")
    assert len(server.talks) == 2


async def test_a_caller_who_goes_on_leaves_no_words_behind_for_the_next() -> None:
    async def waits(talk: RealtimeTalk) -> None:
        await talk.socket.wait_closed()

    async with hearing(waits) as (recognizer, server):
        ahead = asyncio.create_task(all_heard(recognizer))
        await until(lambda: server.talks and len(server.talks[0].pcm) == 2 * RATE)
        ahead.cancel()
        await asyncio.wait([ahead])
        server.answer = writes("No.")
        assert (await all_heard(recognizer))[-1] == Transcript("no")
    assert len(server.talks) == 2


async def test_without_a_sound_nobody_is_asked() -> None:
    async with hearing(writes("Sí.")) as (recognizer, server):
        assert (await all_heard(recognizer, b""))[-1].text == ""
    assert not server.talks


async def fails(talk: RealtimeTalk) -> None:
    name = "conversation.item.input_audio_transcription.failed"
    await talk.tell(name, item_id="item_1", error={"message": "unintelligible"})


async def is_in_trouble(talk: RealtimeTalk) -> None:
    await talk.tell("error", error={"type": "server_error", "message": "no such model"})


async def talks_nonsense(talk: RealtimeTalk) -> None:
    await talk.socket.send("what")


async def hangs_up(talk: RealtimeTalk) -> None:
    await talk.socket.close()


async def is_cut_in_the_middle(talk: RealtimeTalk) -> None:
    await talk.tell("conversation.item.input_audio_transcription.delta", item_id="item_1", delta="Sí")
    talk.socket.transport.abort()


TROUBLE = {
    fails: "in trouble: unintelligible",
    is_in_trouble: "in trouble: no such model",
    talks_nonsense: "does not speak the realtime protocol",
    hangs_up: "does not answer",
    is_cut_in_the_middle: "does not answer",
}


@pytest.mark.parametrize(("answer", "says"), TROUBLE.items(), ids=[answer.__name__ for answer in TROUBLE])
async def test_a_server_in_trouble_is_a_failure_of_the_engine(answer: Answer, says: str) -> None:
    async with hearing(answer) as (recognizer, _):
        with pytest.raises(SpeechServerError, match=says) as failure:
            await all_heard(recognizer)
    assert "sk-secret" not in str(failure.value)


async def test_a_busy_server_says_for_how_long() -> None:
    busy = Response(429, "Too Many Requests", Headers({"Retry-After": "17", "Content-Length": "0"}))
    async with hearing(writes("Sí."), busy) as (recognizer, _):
        with pytest.raises(SpeechServerError, match="status 429") as failure:
            await all_heard(recognizer)
    assert failure.value.retry_after == 17.0


async def test_a_server_that_is_not_there_is_a_failure_of_the_engine() -> None:
    async with RealtimeServer(writes("Sí.")).open() as server:
        pass
    with pytest.raises(SpeechServerError, match="does not answer"):
        await all_heard(recognizer_of(server.settings))


async def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up() -> None:
    async with HttpEndpoint(never).open() as endpoint:
        silent = OpenAiSettings(base_url=endpoint.url, model="small", connect_timeout=0.1)
        with pytest.raises(SpeechServerError, match="does not answer"):
            await all_heard(recognizer_of(silent))


async def test_a_session_is_open_before_the_first_caller_speaks() -> None:
    async with hearing(writes("Sí.")) as (recognizer, server):
        await recognizer.ready()
        await all_heard(recognizer)
    assert len(server.talks) == 1
