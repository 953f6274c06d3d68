from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from voicebot.commands.transcribe import transcribe_files
from voicebot.errors import SpeechError
from voicebot.settings import Settings
from voicebot.stt.settings import Engine, SttSettings


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    with wave.open(str(tmp_path / "caller.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(250)) * 64)
    return tmp_path / "caller.wav"


@pytest.mark.engine
async def test_recordings_are_heard_by_any_engine_with_a_model_of_its_own(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed: ./scripts/test does it")
    from tests.fakes.tiny_whisper import build_tiny_whisper

    model = build_tiny_whisper(tmp_path / "tiny")
    stt = SttSettings(engine=Engine.WHISPER, model=str(model), device="cpu", utterance_timeout=30.0)
    with pytest.raises(SpeechError, match=r"none\.wav"):
        await transcribe_files(Settings(stt=stt), [recording, tmp_path / "none.wav"], "es", "yes_no")
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["text"], told["seconds"]) == (str(recording), "yes", 1.0)


async def test_missing_model_is_told_before_anything_is_heard(recording: Path, tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path, stt=SttSettings(engine=Engine.WHISPER, model="small"))
    with pytest.raises(SpeechError, match="voicebot models pull small"):
        await transcribe_files(settings, [recording], "en", None)
