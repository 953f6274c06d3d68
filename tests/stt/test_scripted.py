from __future__ import annotations

from collections.abc import AsyncIterator

from voicebot.media.frame import AudioFrame
from voicebot.stt.recognizer import ListenContext
from voicebot.stt.scripted import ScriptedRecognizer


async def silence() -> AsyncIterator[AudioFrame]:
    yield AudioFrame(bytes(320), 8000, 0.0)


async def heard(recognizer: ScriptedRecognizer) -> list[str]:
    return [words.text async for words in recognizer.transcribe(silence(), context=ListenContext("en"))]


async def test_script_is_heard_in_order_and_its_last_line_for_ever() -> None:
    recognizer = ScriptedRecognizer(["yes", "tomorrow"])
    assert [await heard(recognizer) for _ in range(3)] == [["yes"], ["tomorrow"], ["tomorrow"]]


async def test_empty_script_hears_nothing() -> None:
    assert await heard(ScriptedRecognizer([])) == [""]
