from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.errors import SpeechError
from voicebot.models import manifest
from voicebot.stt import engines
from voicebot.stt.engines import open_recognizer
from voicebot.stt.settings import Engine, SttSettings


@pytest.mark.parametrize("engine", [Engine.WHISPER, Engine.SHERPA])
def test_engine_without_a_model_asks_for_one(engine: Engine) -> None:
    with pytest.raises(SpeechError, match=rf"{engine} needs a model: name one as stt\.model"):
        open_recognizer(SttSettings(engine=engine), Path())


def test_model_that_is_not_here_is_told_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="voicebot models pull small"):
        open_recognizer(SttSettings(engine=Engine.WHISPER, model="small"), tmp_path)


def test_model_of_another_engine_is_refused_with_the_name_of_that_one(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"not for sherpa: set stt\.engine: whisper"):
        open_recognizer(SttSettings(engine=Engine.SHERPA, model="small"), tmp_path)


def test_model_that_does_not_hear_a_language_of_the_callers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = manifest.find_model("small").model_copy(update={"name": "small.en", "languages": ("en",)})
    monkeypatch.setattr(engines, "manifest", lambda: {english.name: english})
    with pytest.raises(SpeechError, match=r"small\.en does not hear es"):
        open_recognizer(SttSettings(engine=Engine.WHISPER, model="small.en"), tmp_path)
