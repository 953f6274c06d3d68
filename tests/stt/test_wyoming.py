"""A recogniser against a real Wyoming server, in all its moods."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.engines import spoken
from tests.fakes.until import until
from tests.fakes.wyoming_server import Answer, WyomingServer, WyomingTalk
from voicebot.errors import SpeechServerError
from voicebot.remote.settings import WyomingSettings
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import Engine, SttSettings
from voicebot.stt.wyoming import WyomingRecognizer

CONTEXT = ListenContext("es")
PCM = bytes(range(250)) * 64


def recognizer_of(server: WyomingSettings) -> WyomingRecognizer:
    return WyomingRecognizer(SttSettings(engine=Engine.WYOMING, wyoming=server))


@asynccontextmanager
async def hearing(answer: Answer) -> AsyncIterator[tuple[WyomingRecognizer, WyomingServer]]:
    async with WyomingServer(answer).open() as server:
        yield recognizer_of(server.settings), server


async def all_heard(recognizer: WyomingRecognizer, pcm: bytes = PCM) -> list[Transcript]:
    return [words async for words in recognizer.transcribe(spoken(pcm), context=CONTEXT)]


async def hears(talk: WyomingTalk) -> None:
    await talk.listen("audio-stop")
    talk.say_apart("transcript", {"text": " Sí, claro.", "language": "es"})


async def test_a_server_gets_the_sound_and_its_words_are_understood() -> None:
    async with hearing(hears) as (recognizer, server):
        assert await all_heard(recognizer) == [Transcript("sí claro")]
    (talk,) = server.talks
    asked, start, *chunks, _ = talk.heard
    assert (asked.type, asked.data) == ("transcribe", {"language": "es"})
    assert (start.type, start.data) == ("audio-start", {"rate": 8000, "width": 2, "channels": 1})
    assert b"".join(chunk.sound for chunk in chunks) == PCM


async def test_a_model_is_asked_for_by_its_name() -> None:
    async with WyomingServer(hears).open() as server:
        recognizer = recognizer_of(server.settings.model_copy(update={"model": "small"}))
        await all_heard(recognizer)
        assert recognizer.name == "wyoming small at 127.0.0.1"
    assert server.talks[0].heard[0].data == {"language": "es", "name": "small"}


async def test_a_server_that_writes_while_it_listens_gives_partial_transcripts() -> None:
    async def streams(talk: WyomingTalk) -> None:
        await talk.listen("audio-start")
        talk.say("transcript-start")
        talk.say("transcript-chunk", {"text": "Sí, "})
        await talk.listen("audio-stop")
        talk.say("transcript-chunk", {"text": "claro."})
        talk.say("transcript", {"text": "Sí, claro."})
        talk.say("transcript-stop")

    async with hearing(streams) as (recognizer, _):
        first, second, last = await all_heard(recognizer)
    assert (first, second) == (Transcript("sí", final=False), Transcript("sí claro", final=False))
    assert last == Transcript("sí claro")


async def test_a_stream_of_words_may_end_without_a_summary() -> None:
    async def streams(talk: WyomingTalk) -> None:
        await talk.listen("audio-stop")
        talk.say("transcript-chunk", {"text": "Sí."})
        talk.say("transcript-stop")

    async with hearing(streams) as (recognizer, _):
        assert (await all_heard(recognizer))[-1] == Transcript("sí")


async def test_each_utterance_has_its_own_connection_and_a_server_may_come_back() -> None:
    async with hearing(hears) as (recognizer, server):
        await all_heard(recognizer)
        await all_heard(recognizer)
        assert len(server.talks) == 2
    with pytest.raises(SpeechServerError, match="does not answer"):
        await all_heard(recognizer)
    async with server.open():
        assert await all_heard(recognizer) == [Transcript("sí claro")]


async def test_without_a_sound_nobody_is_asked() -> None:
    async with hearing(hears) as (recognizer, server):
        assert (await all_heard(recognizer, b""))[-1].text == ""
    assert not server.talks


async def says_trouble(talk: WyomingTalk) -> None:
    await talk.listen("audio-stop")
    talk.say("error", {"text": "out of memory", "code": "oom"})


async def talks_nonsense(talk: WyomingTalk) -> None:
    talk.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await talk.listen("audio-stop")


async def tells_no_object(talk: WyomingTalk) -> None:
    talk.writer.write(b'{"type": "transcript", "data_length": 2}\n[]')
    await talk.listen("audio-stop")


async def is_cut_in_the_middle(talk: WyomingTalk) -> None:
    await talk.listen("audio-stop")
    talk.writer.write(b'{"type": "transcript", "data_length": 100}\n{"te')


async def hangs_up(talk: WyomingTalk) -> None:
    await talk.listen("audio-start")


TROUBLE = {
    says_trouble: "in trouble: out of memory",
    talks_nonsense: "does not speak the Wyoming protocol",
    tells_no_object: "does not speak the Wyoming protocol",
    is_cut_in_the_middle: "broke off",
    hangs_up: "broke off",
}


@pytest.mark.parametrize(("answer", "says"), TROUBLE.items(), ids=[answer.__name__ for answer in TROUBLE])
async def test_a_server_in_trouble_is_a_failure_of_the_engine(answer: Answer, says: str) -> None:
    async with hearing(answer) as (recognizer, _):
        with pytest.raises(SpeechServerError, match=says):
            await all_heard(recognizer)


async def test_a_caller_who_goes_on_takes_the_connection_along() -> None:
    left = asyncio.Event()

    async def waits(talk: WyomingTalk) -> None:
        await talk.listen("audio-stop")
        await talk.reader.read()
        left.set()

    async with hearing(waits) as (recognizer, server):
        ahead = asyncio.create_task(all_heard(recognizer))
        await until(lambda: server.talks and server.talks[0].heard[-1:] and len(server.talks[0].heard) > 3)
        ahead.cancel()
        await asyncio.wait([ahead])
        await left.wait()


@pytest.mark.parametrize(("info", "there"), [({"asr": [{"name": "whisper"}]}, True), ({"tts": [{}]}, False)])
async def test_a_server_is_ready_when_it_hears(info: dict[str, object], there: bool) -> None:
    async def describes(talk: WyomingTalk) -> None:
        await talk.listen("describe")
        talk.say_apart("info", info)

    async with hearing(describes) as (recognizer, _):
        if there:
            await recognizer.ready()
        else:
            with pytest.raises(SpeechServerError, match="has no asr service"):
                await recognizer.ready()
