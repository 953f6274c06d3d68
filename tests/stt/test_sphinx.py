from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from importlib.metadata import PackageNotFoundError

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from voicebot.dialogue.understanding.grammar import listen_context
from voicebot.dialogue.understanding.meaning import Expect, Setting
from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt import sphinx
from voicebot.stt.engines import SttSettings, open_recognizer
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript

pytestmark = pytest.mark.engine

YES_OR_NO = listen_context(Setting("en", date(2026, 11, 23), frozenset({Expect.YES_NO})), frozenset())


@pytest_asyncio.fixture
async def recognizer() -> AsyncIterator[Recognizer]:
    recognizer = open_recognizer(SttSettings(languages=("en",), workers=1))
    yield recognizer
    await recognizer.close()


async def frames(pcm: bytes, rate: int = Band.WIDE) -> AsyncIterator[AudioFrame]:
    if pcm:
        yield AudioFrame(pcm, rate, 0.0)


async def heard(
    recognizer: Recognizer, pcm: bytes, context: ListenContext, rate: int = Band.WIDE
) -> list[Transcript]:
    return [words async for words in recognizer.transcribe(frames(pcm, rate), context=context)]


async def test_silence_has_no_words(recognizer: Recognizer) -> None:
    (words,) = await heard(recognizer, bytes(32000), YES_OR_NO)
    assert (words.text, words.final) == ("", True)


async def test_no_sound_and_no_grammar_have_no_words(recognizer: Recognizer) -> None:
    assert [words.text for words in await heard(recognizer, b"", YES_OR_NO)] == [""]
    assert [words.text for words in await heard(recognizer, bytes(32000), ListenContext("en"))] == [""]


async def test_grammar_that_is_none_fails_the_utterance_and_nothing_else(recognizer: Recognizer) -> None:
    with pytest.raises(SpeechError, match="could not decode"):
        await heard(recognizer, bytes(32000), ListenContext("en", "this is no grammar"))
    assert len(await heard(recognizer, bytes(32000), YES_OR_NO)) == 1


async def test_sound_at_another_rate_is_refused(recognizer: Recognizer) -> None:
    with pytest.raises(SpeechError, match="44100 Hz"):
        await heard(recognizer, bytes(32000), YES_OR_NO, rate=44100)


async def test_engine_says_what_it_is(recognizer: Recognizer) -> None:
    assert recognizer.name.startswith("pocketsphinx ")


async def test_spanish_is_announced_as_demo_grade_once() -> None:
    with capture_logs() as logs:
        recognizer = open_recognizer(SttSettings(languages=("en", "es"), workers=1))
    await recognizer.close()
    assert [line["event"] for line in logs] == ["demo_grade_recognizer"]


def test_missing_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sphinx, "version", missing)
    with pytest.raises(SpeechError, match="pip install"):
        open_recognizer(SttSettings())
