from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from voicebot.errors import SpeechError
from voicebot.tts.engines import open_synthesizer
from voicebot.tts.neural import NeuralSynthesizer
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Engine, Synthesizer, Voice

pytest.importorskip("piper", reason="piper-tts is not installed: ./scripts/test does it")
pytest.importorskip("sherpa_onnx", reason="sherpa-onnx is not installed: ./scripts/test does it")
from tests.fakes.tiny_voice import (
    RATE,
    build_tiny_kokoro,
    build_tiny_matcha,
    build_tiny_piper,
    build_tiny_vits,
)

pytestmark = pytest.mark.engine

BUILD = {
    "piper": build_tiny_piper,
    "vits": build_tiny_vits,
    "kokoro": build_tiny_kokoro,
    "matcha": build_tiny_matcha,
}


def speaking(kind: str, folder: Path) -> TtsSettings:
    """A voice of that kind in English and, slower, in Spanish."""
    name = str(BUILD[kind](folder))
    engine = "piper" if kind == "piper" else "sherpa"
    return TtsSettings.model_validate(
        {"engine": engine, "voices": {"en": name, "es": {"name": name, "speed": 0.5}}}
    )


@pytest.fixture(params=BUILD)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> TtsSettings:
    return speaking(request.param, tmp_path / "own")


@pytest.fixture
async def voices(settings: TtsSettings, tmp_path: Path) -> AsyncIterator[Synthesizer]:
    synthesizer = open_synthesizer(settings, tmp_path)
    yield synthesizer
    await synthesizer.close()


async def spoken(voices: Synthesizer, text: str, voice: Voice) -> list[float]:
    """Seconds of each sentence."""
    return [frame.seconds async for frame in voices.synthesize(text, voice=voice)]


async def test_a_sentence_comes_as_soon_as_it_is_made(voices: Synthesizer, settings: TtsSettings) -> None:
    frames = [frame async for frame in voices.synthesize("Hello. Is this Ana?", voice=settings.voice("en"))]
    assert [frame.rate for frame in frames] == [RATE, RATE]
    assert frames[1].at == frames[0].ends_at
    assert all(np.abs(np.frombuffer(frame.pcm, "<i2")).max() > 3000 for frame in frames)


@pytest.mark.parametrize(
    ("text", "least", "most"), [("", 0.0, 0.0), ("…", 0.0, 0.5), ("yes " * 300, 10.0, 200.0)]
)
async def test_next_to_nothing_and_very_much_are_said_too(
    voices: Synthesizer, settings: TtsSettings, text: str, least: float, most: float
) -> None:
    assert least <= sum(await spoken(voices, text, settings.voice("en"))) <= most


async def test_a_slower_speaker_takes_longer(voices: Synthesizer, settings: TtsSettings) -> None:
    (usual,) = await spoken(voices, "Good morning.", settings.voice("en"))
    (slower,) = await spoken(voices, "Good morning.", settings.voice("es"))
    assert slower == pytest.approx(2 * usual, rel=0.02)


async def test_many_callers_are_spoken_to_at_once(voices: Synthesizer, settings: TtsSettings) -> None:
    english = settings.voice("en")
    said = await asyncio.gather(*(spoken(voices, "One moment, please.", english) for _ in range(20)))
    assert len({round(seconds, 2) for (seconds,) in said}) == 1


async def test_a_model_of_several_speakers_has_only_these(tmp_path: Path) -> None:
    folder = str(build_tiny_kokoro(tmp_path / "own"))
    each = {"en": folder, "es": {"name": folder, "speaker": 1}, "pt": {"name": folder, "speaker": 2}}
    settings = TtsSettings.model_validate({"engine": "sherpa", "voices": each})
    voices = open_synthesizer(settings, tmp_path)
    loud, quiet = [await loudest(voices, settings.voice(language)) for language in ("en", "es")]
    assert quiet == pytest.approx(loud / 2, rel=0.01)
    with pytest.raises(SpeechError, match="has the speakers 0 to 1"):
        await loudest(voices, settings.voice("pt"))
    await voices.close()


async def loudest(voices: Synthesizer, voice: Voice) -> int:
    pcm = b"".join([frame.pcm async for frame in voices.synthesize("Hello.", voice=voice)])
    return int(np.abs(np.frombuffer(pcm, "<i2").astype(int)).max())


async def test_another_file_under_the_same_name_is_another_voice(
    settings: TtsSettings, tmp_path: Path
) -> None:
    english = settings.voice("en")
    first = open_synthesizer(settings, tmp_path)
    for model in (tmp_path / "own").glob("*.onnx"):
        model.write_bytes(model.read_bytes() + b"\0")
    second = open_synthesizer(settings, tmp_path)
    assert first.identity(english) != second.identity(english)
    for voices in (first, second):
        await voices.close()


async def test_languages_may_have_engines_of_their_own(tmp_path: Path) -> None:
    piper, vits = build_tiny_piper(tmp_path / "one"), build_tiny_vits(tmp_path / "two")
    others = {"es": {"engine": "sherpa", "name": str(vits)}, "pt": {"engine": "piper", "name": str(piper)}}
    settings = TtsSettings.model_validate({"voices": {"en": "en-us", **others}})
    voices = open_synthesizer(settings, tmp_path)
    await voices.ready()
    made_by = [voices.identity(settings.voice(language)).split()[0] for language in settings.voices]
    assert made_by == ["espeak-ng", "sherpa-onnx", "piper"]
    for language in settings.voices:
        assert await spoken(voices, "Hola.", settings.voice(language))
    await voices.close()


@pytest.mark.parametrize(
    ("kind", "file", "told"),
    [
        ("piper", "tiny.onnx.json", "no Piper voice in"),
        ("vits", "tokens.txt", "needs tokens.txt"),
        ("kokoro", "model.onnx", "no voice for sherpa-onnx in"),
        ("matcha", "hifigan.onnx", "needs hifigan_v2.onnx"),
        ("kokoro", "voices.bin", "needs voices.bin"),
    ],
)
def test_a_folder_that_lacks_a_file_of_the_voice_says_so(
    tmp_path: Path, kind: str, file: str, told: str
) -> None:
    settings = speaking(kind, tmp_path / "own")
    (tmp_path / "own" / file).unlink()
    with pytest.raises(SpeechError, match=told):
        open_synthesizer(settings, tmp_path)


def test_a_voice_of_pipers_own_is_not_given_to_sherpa_which_would_end_the_process(tmp_path: Path) -> None:
    folder = build_tiny_piper(tmp_path / "own")
    (folder / "tokens.txt").touch()
    settings = TtsSettings.model_validate({"engine": "sherpa", "voices": {"en": str(folder)}})
    with pytest.raises(SpeechError, match="needs the engine piper"):
        open_synthesizer(settings, tmp_path)


async def test_a_file_that_is_no_model_is_told_before_the_first_call(tmp_path: Path) -> None:
    settings = speaking("piper", tmp_path / "own")
    (tmp_path / "own" / "tiny.onnx").write_bytes(b"no model")
    voices = open_synthesizer(settings, tmp_path)
    with pytest.raises(SpeechError, match=r"tiny\.onnx cannot be loaded"):
        await voices.ready()
    await voices.close()


async def test_prompts_made_ahead_leave_every_thread_to_the_calls() -> None:
    english, go_on = Voice("en", "slow", engine=Engine.PIPER), threading.Event()

    class Slow:
        rate = RATE

        def speak(self, sentence: str, voice: Voice) -> bytes:
            if sentence == "Ahead.":
                go_on.wait(60)
            return bytes(2 * RATE)

    voices = NeuralSynthesizer({english: Slow}, {english: "slow"}, threads=1)
    ahead = asyncio.create_task(spoken(voices, "Ahead.", english), name="prompts")
    try:
        assert await spoken(voices, "Now.", english) == [1.0]
        assert not ahead.done()
    finally:
        go_on.set()
    assert await ahead == [1.0]
    await voices.close()
