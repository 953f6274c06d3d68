"""Calls whose voice is on a server that dies while they last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog.testing

from voicebot.errors import SpeechError, SpeechServerError
from voicebot.media.frame import AudioFrame
from voicebot.remote.breaker import Breaker
from voicebot.tts.cache import PromptCache
from voicebot.tts.ensemble import Ensemble
from voicebot.tts.guarded import Guarded
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Engine, Voice

pytestmark = pytest.mark.virtual_time

SETTINGS = TtsSettings.model_validate(
    {
        "engine": "wyoming",
        "wyoming": {"host": "10.0.0.5", "port": 10200},
        "voices": {"en": "natural"},
        "loudness": {"leading_silence": 0, "trailing_silence": 0, "fade": 0},
    }
)
VOICE = SETTINGS.voice("en")


class FakeVoices:
    """Speaks with a level of its own, or does what it is told instead."""

    def __init__(self, name: str, level: int) -> None:
        self.name = name
        self.error: Exception | None = None
        self.seconds = 0.0
        self.said: list[str] = []
        self._pcm = level.to_bytes(2, "little") * 800

    def identity(self, voice: Voice) -> str:
        return self.name

    async def ready(self) -> None:
        if self.error:
            raise self.error

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        self.said.append(text)
        yield AudioFrame(self._pcm, 8000, 0.0)
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        yield AudioFrame(self._pcm, 8000, 0.1)

    async def close(self) -> None:
        pass


def guarded(server: FakeVoices, *, failures: int = 2, may_fail: bool = True) -> Guarded:
    return Guarded(server, Breaker(failures, rest=30.0), seconds=3.0, may_fail=may_fail)


class Room:
    """A cache with a voice on a server and one on this machine."""

    def __init__(self, folder: Path, settings: TtsSettings = SETTINGS) -> None:
        self.server, self.here = FakeVoices("server", 1000), FakeVoices("espeak", 3000)
        voices = Ensemble({Engine.WYOMING: guarded(self.server), Engine.ESPEAK: self.here})
        self.prompts = PromptCache(voices, folder, settings)

    async def says(self, text: str) -> str:
        """Who it was that spoke."""
        before = len(self.here.said)
        pcm = await self.prompts.render(text, voice=VOICE, rate=8000)
        assert len(pcm) == 1600 * 2
        return "espeak" if len(self.here.said) > before else "server"


async def test_a_dead_server_in_mid_call_is_no_silence(tmp_path: Path) -> None:
    room = Room(tmp_path)
    assert await room.says("Hello.") == "server"
    room.server.error = SpeechServerError("it broke off")
    assert await room.says("How much can you pay?") == "espeak"


async def test_prompts_that_were_said_before_cost_nothing_while_it_is_dead(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await room.says("Hello.")
    room.server.error = SpeechServerError("it broke off")
    for text in ("One.", "Two.", "Three."):
        await room.says(text)
    assert await room.says("Hello.") == "server"
    assert room.server.said == ["Hello.", "One.", "Two."]


async def test_what_another_voice_said_is_not_kept_as_the_servers(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.server.error = SpeechServerError("it broke off")
    assert await room.says("Hello.") == "espeak"
    room.server.error = None
    assert await room.says("Hello.") == "server"


async def test_a_slow_server_is_waited_for_no_longer_than_a_caller_would(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.server.seconds = 60.0
    assert await room.says("Hello.") == "espeak"
    assert asyncio.get_running_loop().time() == pytest.approx(3.0)


async def test_after_its_rest_it_is_tried_with_one_sentence(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.server.error = SpeechServerError("it broke off")
    with structlog.testing.capture_logs() as logs:
        assert [await room.says(text) for text in ("One.", "Two.", "Three.")] == ["espeak"] * 3
    assert [entry["event"] for entry in logs].count("speech_engine_left_alone") == 1
    assert "Two." not in str(logs)
    room.server.error = None
    await asyncio.sleep(30.0)
    assert await room.says("Four.") == "server"


async def test_a_voice_of_this_machine_that_crashes_is_no_silence_either(tmp_path: Path) -> None:
    crashing = FakeVoices("piper", 1000)
    crashing.error = RuntimeError("the session is gone")
    here = FakeVoices("espeak", 3000)
    voices = Ensemble({Engine.PIPER: crashing, Engine.ESPEAK: here})
    prompts = PromptCache(voices, tmp_path, TtsSettings())
    await prompts.render("Hello.", voice=replace(VOICE, engine=Engine.PIPER), rate=8000)
    assert here.said == ["Hello."]


async def test_without_anybody_to_stand_in_the_failure_is_told(tmp_path: Path) -> None:
    room = Room(tmp_path, SETTINGS.model_copy(update={"fallback": {}}))
    room.server.error = SpeechServerError("it broke off")
    with pytest.raises(SpeechError, match="broke off"):
        await room.says("Hello.")


async def test_a_server_may_be_away_at_the_start_when_others_can_speak() -> None:
    server = FakeVoices("server", 1000)
    server.error = SpeechServerError("it does not answer")
    with structlog.testing.capture_logs() as logs:
        await guarded(server).ready()
    assert [entry["event"] for entry in logs] == ["voice_not_ready"]
    with pytest.raises(SpeechError):
        await guarded(server, may_fail=False).ready()


async def test_a_sentence_that_nobody_waits_for_is_no_failure() -> None:
    server = FakeVoices("server", 1000)
    server.seconds = 1.0
    voices = guarded(server, failures=1)

    async def speak() -> int:
        return len([frame async for frame in voices.synthesize("Hello.", voice=VOICE)])

    dropped = asyncio.create_task(speak())
    await asyncio.sleep(0.5)
    dropped.cancel()
    await asyncio.wait([dropped])
    assert await speak() == 2
