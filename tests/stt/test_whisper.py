from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt import whisper
from voicebot.stt.jobs import Prompted, Said, Utterance
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import Engine, SttSettings, WhisperSettings
from voicebot.stt.utterances import UtteranceRecognizer
from voicebot.stt.whisper import whisper_recognizer

pytest.importorskip("faster_whisper", reason="faster-whisper is not installed: ./scripts/test does it")
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer

from tests.fakes.engines import live
from tests.fakes.tiny_whisper import build_tiny_whisper
from voicebot.stt.whisper_model import WhisperModel, filled

pytestmark = pytest.mark.engine

SECOND = bytes(range(250)) * 128
"""Some sound at 16 kHz."""
ANYTHING = ListenContext("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_whisper(tmp_path_factory.mktemp("models") / "tiny", says="Sí/no.")


def settings(**choices: Any) -> SttSettings:
    return SttSettings(engine=Engine.WHISPER, device="cpu", threads=1, utterance_timeout=30.0, **choices)


@pytest_asyncio.fixture
async def recognizer(folder: Path) -> AsyncIterator[UtteranceRecognizer[Any]]:
    recognizer = whisper_recognizer(settings(), folder)
    yield recognizer
    await recognizer.close()


async def frames(pcm: bytes, rate: int) -> AsyncIterator[AudioFrame]:
    for start in range(0, len(pcm), rate // 25):
        yield AudioFrame(pcm[start : start + rate // 25], rate, start / 2 / rate)


async def heard(
    recognizer: UtteranceRecognizer[Any],
    pcm: bytes = SECOND,
    context: ListenContext = ANYTHING,
    rate: int = Band.WIDE,
) -> Transcript:
    (words,) = [words async for words in recognizer.transcribe(frames(pcm, rate), context=context)]
    return words


async def test_utterance_becomes_plain_words_with_the_engine_s_confidence(
    recognizer: UtteranceRecognizer[Any],
) -> None:
    await recognizer.ready()
    words = await heard(recognizer)
    assert (words.text, words.final) == ("sí no", True)
    assert 0.9 < words.confidence <= 1.0


@pytest.mark.virtual_time
async def test_while_somebody_speaks_the_words_that_two_decodings_agree_on_are_told(folder: Path) -> None:
    recognizer = whisper_recognizer(settings(whisper=WhisperSettings(redecode=0.4)), folder)
    await recognizer.ready()
    told = [words async for words in recognizer.transcribe(live(SECOND * 2, Band.WIDE), context=ANYTHING)]
    await recognizer.close()
    assert [(words.text, words.final) for words in told] == [("sí no", False), ("sí no", True)]


async def test_a_graphics_card_that_is_not_there_is_told_before_the_first_call(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    recognizer = whisper_recognizer(settings().model_copy(update={"device": "cuda"}), folder)
    with pytest.raises(SpeechError, match="no graphics card here"):
        await recognizer.ready()
    await recognizer.close()


async def test_engine_says_what_it_is(recognizer: UtteranceRecognizer[Any]) -> None:
    assert recognizer.name.startswith("faster-whisper 1.")
    assert recognizer.name.endswith(" tiny")


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_any_band_and_language_is_heard(
    recognizer: UtteranceRecognizer[Any], language: str, rate: int
) -> None:
    assert (await heard(recognizer, context=ListenContext(language), rate=rate)).text == "sí no"


async def test_no_sound_has_no_words(recognizer: UtteranceRecognizer[Any]) -> None:
    assert await heard(recognizer, b"") == Transcript("", confidence=0.0)


async def test_sounds_shorter_than_a_word_and_longer_than_the_window_are_heard(
    recognizer: UtteranceRecognizer[Any],
) -> None:
    assert (await heard(recognizer, SECOND[:640])).text == "sí no"
    assert (await heard(recognizer, SECOND * 40)).text == "sí no"


async def test_full_window_hears_the_same(folder: Path) -> None:
    recognizer = whisper_recognizer(settings(whisper=WhisperSettings(window="full")), folder)
    assert (await heard(recognizer)).text == "sí no"
    await recognizer.close()


async def test_callers_who_end_together_are_heard_together_each_with_what_is_expected(
    recognizer: UtteranceRecognizer[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    hear = WhisperModel.hear

    def counted(model: WhisperModel, batch: Sequence[Prompted]) -> list[Said]:
        batches.append(len(batch))
        return hear(model, batch)

    await recognizer.ready()
    monkeypatch.setattr(WhisperModel, "hear", counted)
    expected = ListenContext("es", phrases=("quince de diciembre",))
    sounds = [SECOND[: 6400 * length] for length in range(1, 6)]
    everyone = [heard(recognizer, sound) for sound in sounds] + [
        heard(recognizer, SECOND, expected) for _ in range(2)
    ]
    assert {words.text for words in await asyncio.gather(*everyone)} == {"sí no"}
    assert sorted(batches) == [2, 5]


def test_what_is_likely_is_told_before_the_sound_with_the_shortest_nearest(folder: Path) -> None:
    def prompt(*phrases: str) -> tuple[int, ...]:
        return model.prepared(Utterance(SECOND, 16_000, ListenContext("es", phrases=phrases))).prompt

    model = WhisperModel(folder, settings())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.decode(prompt("el viernes", "sí", "quince"), skip_special_tokens=False) == (
        "<|startofprev|> el viernes, quince, sí<|startoftranscript|><|es|><|transcribe|><|notimestamps|>"
    )
    crowded = prompt("no", *["no me parece bien"] * 50, "sí")
    assert len(crowded) == 1 + SttSettings().hot_words + 4
    assert tokenizer.decode(crowded).endswith("no me parece bien, sí, no")


def test_short_sound_in_a_batch_looks_as_if_silence_followed_it() -> None:
    extract = FeatureExtractor()
    sound = np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32)
    alone = extract(sound, padding=0)
    followed = extract(np.pad(sound, (0, 8_000)), padding=0)
    border = slice(98, 102)  # windows that hold some of both
    difference = np.delete(filled(alone, followed.shape[1]) - followed, border, axis=1)
    assert np.abs(difference).max() < 1e-5


async def test_words_of_subtitles_are_no_answer(tmp_path: Path) -> None:
    recognizer = whisper_recognizer(settings(), build_tiny_whisper(tmp_path / "loop", says="nana"))
    assert await heard(recognizer) == Transcript("", confidence=0.0)
    await recognizer.close()


async def test_silence_that_the_model_knows_for_silence_is_not_trusted(tmp_path: Path) -> None:
    recognizer = whisper_recognizer(settings(), build_tiny_whisper(tmp_path / "quiet", speech=False))
    assert (await heard(recognizer)).confidence < 0.1
    await recognizer.close()


async def test_english_model_refuses_to_start_for_spanish_callers(tmp_path: Path) -> None:
    english = build_tiny_whisper(tmp_path / "base.en", multilingual=False)
    recognizer = whisper_recognizer(settings(), english)
    with pytest.raises(SpeechError, match="English only, not 'es'"):
        await recognizer.ready()
    assert (await heard(recognizer)).text == "yes"
    await recognizer.close()


async def test_language_that_whisper_does_not_know_is_said_so(recognizer: UtteranceRecognizer[Any]) -> None:
    with pytest.raises(SpeechError, match="'xx'"):
        await heard(recognizer, context=ListenContext("xx"))


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json", "config.json"])
async def test_folder_that_lacks_a_file_is_refused_and_nothing_is_fetched(
    tmp_path: Path, missing: str
) -> None:
    (build_tiny_whisper(tmp_path / "half") / missing).unlink()
    recognizer = whisper_recognizer(settings(), tmp_path / "half")
    with pytest.raises(SpeechError, match=missing):
        await recognizer.ready()
    with pytest.raises(SpeechError, match=missing):
        await heard(recognizer)
    await recognizer.close()


async def test_machine_that_cannot_run_the_model_is_told_before_the_first_call(
    recognizer: UtteranceRecognizer[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def features(model: WhisperModel, batch: Sequence[Prompted]) -> None:
        raise RuntimeError("Library libcublas.so.12 is not found")

    monkeypatch.setattr(WhisperModel, "_features", features)
    with pytest.raises(SpeechError, match="Whisper failed: Library libcublas"):
        await recognizer.ready()


async def test_damaged_model_is_said_so(tmp_path: Path) -> None:
    (build_tiny_whisper(tmp_path / "bad") / "model.bin").write_bytes(b"none")
    recognizer = whisper_recognizer(settings(), tmp_path / "bad")
    with pytest.raises(SpeechError, match="cannot be loaded"):
        await recognizer.ready()
    await recognizer.close()


def test_missing_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(whisper, "version", missing)
    with pytest.raises(SpeechError, match="pip install"):
        whisper_recognizer(settings(), folder)
