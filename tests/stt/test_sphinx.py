from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from voicebot.dialogue.understanding.grammar import listen_context
from voicebot.dialogue.understanding.meaning import Expect, Setting
from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.media.resample import resample
from voicebot.stt import sphinx
from voicebot.stt.engines import open_recognizer
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.stt.settings import SttSettings
from voicebot.tts.espeak import EspeakSynthesizer
from voicebot.tts.synthesizer import Voice

pytestmark = pytest.mark.engine

YES_OR_NO = listen_context(Setting("en", date(2026, 11, 23), frozenset({Expect.YES_NO})), frozenset())


@pytest_asyncio.fixture
async def recognizer() -> AsyncIterator[Recognizer]:
    recognizer = open_recognizer(SttSettings(languages=("en",), workers=1), Path())
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
        recognizer = open_recognizer(SttSettings(languages=("en", "es"), workers=1), Path())
    await recognizer.close()
    assert [line["event"] for line in logs] == ["demo_grade_recognizer"]


def test_missing_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sphinx, "version", missing)
    with pytest.raises(SpeechError, match="pip install"):
        open_recognizer(SttSettings(), Path())


async def spoken(text: str, band: Band) -> bytes:
    """``text`` in a synthetic caller's voice, as this line carries it."""
    caller = EspeakSynthesizer()
    sound = [frame async for frame in caller.synthesize(text, voice=Voice("en", "en-us+klatt3", 140))]
    await caller.close()
    return resample(b"".join(frame.pcm for frame in sound), sound[0].rate, band)


@pytest.mark.parametrize("band", Band)
@pytest.mark.parametrize(
    ("expect", "text"),
    [
        (Expect.AMOUNT, "two hundred fifteen dollars"),
        (Expect.DATE, "friday december fourth"),
        (Expect.DIGITS, "four three one nine"),
        (Expect.YES_NO, "yes that's right"),
        (Expect.YES_NO, "no that's wrong"),
    ],
)
async def test_answers_are_heard_on_both_bands(
    recognizer: Recognizer, band: Band, expect: Expect, text: str
) -> None:
    context = listen_context(Setting("en", date(2026, 11, 23), frozenset({expect})), frozenset())
    (words,) = await heard(recognizer, await spoken(text, band), context, rate=band)
    assert words.text == text
    assert words.confidence > 0.5


async def test_second_sound_of_a_word_on_a_narrow_line_is_no_other_word(recognizer: Recognizer) -> None:
    context = listen_context(Setting("en", date(2026, 11, 23), frozenset({Expect.DIGITS})), frozenset())
    (words,) = await heard(
        recognizer, await spoken("four six one nine", Band.NARROW), context, rate=Band.NARROW
    )
    assert words.text == "four six one nine"


async def test_sentence_about_something_else_is_no_yes_and_no_no(recognizer: Recognizer) -> None:
    sentence = await spoken("the child almost hurt the small dog behind the garden wall", Band.WIDE)
    (words,) = await heard(recognizer, sentence, YES_OR_NO)
    assert words.text == ""
