from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, Band
from voicebot.stt import sherpa
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.stt.settings import Engine, SherpaSettings, SttSettings
from voicebot.stt.sherpa import sherpa_recognizer
from voicebot.stt.sherpa_files import SherpaKind, find_sherpa_model

pytest.importorskip("sherpa_onnx", reason="sherpa-onnx is not installed: ./scripts/test does it")
from tests.fakes.tiny_transducer import build_tiny_nemo, build_tiny_transducer
from voicebot.stt import sherpa_stream

pytestmark = pytest.mark.engine

ANYTHING = ListenContext("en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_transducer(tmp_path_factory.mktemp("models") / "zipformer")


def settings(**choices: Any) -> SttSettings:
    return SttSettings(engine=Engine.SHERPA, device="cpu", threads=1, utterance_timeout=30.0, **choices)


@pytest_asyncio.fixture
async def recognizer(folder: Path) -> AsyncIterator[Recognizer]:
    recognizer = sherpa_recognizer(settings(), folder)
    yield recognizer
    await recognizer.close()


async def recorded(seconds: float, rate: int) -> AsyncIterator[AudioFrame]:
    for number in range(round(seconds * 50)):
        yield AudioFrame(bytes(rate // 25), rate, number * 0.02)


async def heard(
    recognizer: Recognizer, seconds: float = 1.0, context: ListenContext = ANYTHING, rate: int = Band.WIDE
) -> list[Transcript]:
    return [words async for words in recognizer.transcribe(recorded(seconds, rate), context=context)]


@pytest.mark.parametrize("rate", Band)
async def test_recording_becomes_plain_words_at_once(recognizer: Recognizer, rate: int) -> None:
    await recognizer.ready()
    (words,) = await heard(recognizer, rate=rate)
    assert (words.text, words.final) == ("yes tomorrow", True)
    assert words.confidence > 0.9


async def test_live_caller_is_heard_while_speaking(recognizer: Recognizer) -> None:
    transcripts: list[Transcript] = []

    async def live() -> AsyncIterator[AudioFrame]:
        at = 0.0
        while [words.text for words in transcripts][-1:] != ["yes tomorrow"]:
            yield AudioFrame(bytes(640), Band.WIDE, at)
            await asyncio.sleep(0.002)
            at += 0.02

    async for words in recognizer.transcribe(live(), context=ANYTHING):
        transcripts.append(words)
    *partial, final = transcripts
    assert {words.text for words in partial} <= {"yes", "yes tomorrow"}
    assert [words.final for words in partial] == [False] * len(partial)
    assert (final.text, final.final) == ("yes tomorrow", True)


async def test_callers_do_not_hear_each_other_s_words(recognizer: Recognizer) -> None:
    calls = await asyncio.gather(*(heard(recognizer, seconds) for seconds in (0.1, 0.5, 1.0, 2.0, 0.7)))
    assert [call[-1].text for call in calls] == ["yes tomorrow"] * 5


async def test_no_sound_has_no_words(recognizer: Recognizer) -> None:
    assert await heard(recognizer, seconds=0.0) == [Transcript("", confidence=0.0)]


async def test_caller_who_hangs_up_in_mid_word_leaves_a_working_recogniser(recognizer: Recognizer) -> None:
    await recognizer.ready()
    call = asyncio.create_task(heard(recognizer))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await heard(recognizer))[-1].text == "yes tomorrow"


PIECES = "<blk>\t0\n▁YES\t-1\n▁TOMORROW\t-2\n"


@pytest.mark.parametrize("name", ["bpe.vocab", "bpe.model"])
async def test_what_is_expected_is_told_to_a_model_that_can_spell_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sherpa_stream, "vocabulary", lambda model: model.decode())
    model = build_tiny_transducer(tmp_path / "hot")
    (model / name).write_text(PIECES, encoding="utf-8")
    recognizer = sherpa_recognizer(settings(), model)
    expected = ListenContext("en", phrases=("Yes", "$20", "mañana", "tomorrow"))
    assert (await heard(recognizer, context=expected))[-1].text == "yes tomorrow"
    await recognizer.close()
    assert "hotwords failed" not in capfd.readouterr().err


async def test_damaged_vocabulary_is_said_so(tmp_path: Path) -> None:
    (build_tiny_transducer(tmp_path) / "bpe.model").write_bytes(b"none")
    recognizer = sherpa_recognizer(settings(), tmp_path)
    with pytest.raises(SpeechError, match=r"bpe\.model cannot be read"):
        await recognizer.ready()
    await recognizer.close()


async def test_hot_words_can_be_left_out(tmp_path: Path) -> None:
    model = build_tiny_transducer(tmp_path / "cold")
    (model / "bpe.model").write_bytes(b"never read")
    recognizer = sherpa_recognizer(settings(sherpa=SherpaSettings(hot_word_score=0.0)), model)
    assert (await heard(recognizer))[-1].text == "yes tomorrow"
    await recognizer.close()


async def test_model_for_whole_utterances_is_known_by_its_files(tmp_path: Path) -> None:
    recognizer = sherpa_recognizer(settings(), build_tiny_nemo(tmp_path / "parakeet"))
    await recognizer.ready()
    calls = await asyncio.gather(*(heard(recognizer, seconds) for seconds in (0.3, 1.0, 2.0)))
    assert [[words.text for words in call] for call in calls] == [["sí mañana"]] * 3
    assert recognizer.name.startswith("sherpa-onnx 2.")
    await recognizer.close()


def test_smallest_numbers_are_taken(folder: Path, tmp_path: Path) -> None:
    model = build_tiny_transducer(tmp_path / "both")
    (model / "encoder.onnx").write_bytes((model / "encoder.int8.onnx").read_bytes() * 4)
    found = find_sherpa_model(model)
    assert found.kind is SherpaKind.TRANSDUCER
    assert found.files["encoder"] == str(model / "encoder.int8.onnx")


@pytest.mark.parametrize("content", [b"", b"of another kind"])
def test_folder_without_a_model_is_refused_before_sherpa_onnx_ends_the_process(
    tmp_path: Path, content: bytes
) -> None:
    for name in ("encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SpeechError, match="no model for sherpa-onnx"):
        sherpa_recognizer(settings(), tmp_path)


async def test_damaged_model_is_said_so(tmp_path: Path) -> None:
    (build_tiny_transducer(tmp_path) / "decoder.onnx").write_bytes(b"none")
    recognizer = sherpa_recognizer(settings(), tmp_path)
    with pytest.raises(SpeechError, match="cannot load"):
        await recognizer.ready()
    await recognizer.close()


def test_missing_engine_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sherpa, "version", missing)
    with pytest.raises(SpeechError, match="pip install"):
        sherpa_recognizer(settings(), folder)
