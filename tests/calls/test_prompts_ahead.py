from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.fakes.until import until
from tests.fakes.voices import FakePrompts
from voicebot.calls.prompts_ahead import PromptsAhead
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import read_flow
from voicebot.errors import SpeechError
from voicebot.tts.synthesizer import Engine, Voice

SLOW, FAST = Voice("en", "slow", engine=Engine.PIPER), Voice("en", "fast")


class Noting(FakePrompts):
    """Remembers what it was to keep; fails at the first when ``broken``."""

    def __init__(self, *, broken: bool = False) -> None:
        self.kept: list[str] = []
        self._broken = broken

    async def warm(
        self,
        texts: Iterable[str],
        *,
        voice: Voice,
        rates: Sequence[int],
        progress: Callable[[int], None] = lambda done: None,
    ) -> int:
        assert rates == (8000, 16000)
        if self._broken:
            self._broken = False
            raise SpeechError("the voice is hoarse")
        for done, text in enumerate(texts, start=1):
            self.kept.append(text)
            progress(done)
        return len(self.kept)


@pytest.fixture
def flow() -> Flow:
    return read_flow(Path(__file__).with_name("reminder.yaml"))[0]


async def test_all_that_a_flow_says_to_everybody_is_made_and_counted(flow: Flow) -> None:
    prompts, told = Noting(), list[int]()
    made = await PromptsAhead(prompts, {"en": SLOW}).make(flow, told.append)
    assert "How much can you pay of what you owe us?" in prompts.kept
    assert told == list(range(1, made + 1))


async def test_a_language_without_a_voice_and_a_voice_that_is_fast_have_nothing_to_make(flow: Flow) -> None:
    for voices in ({"es": SLOW}, {"en": FAST}):
        prompts = Noting()
        assert await PromptsAhead(prompts, voices).make(flow, lambda ready: None) == 0
        assert prompts.kept == []


async def test_flows_that_go_live_are_made_in_turn_though_one_cannot_be(flow: Flow) -> None:
    prompts = Noting(broken=True)
    ahead = PromptsAhead(prompts, {"en": SLOW})
    with capture_logs() as logs:
        running = asyncio.create_task(ahead.run(), name="ahead")
        ahead.add(flow)
        ahead.add(flow)
        await until(lambda: any(entry["event"] == "prompts_ready" for entry in logs))
        running.cancel()
    assert [entry["event"] for entry in logs] == [
        *("prompts_begun", "prompts_not_made"),
        *("prompts_begun", "prompts_ready"),
    ]
