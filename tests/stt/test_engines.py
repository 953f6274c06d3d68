from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.errors import SpeechError
from voicebot.stt.engines import open_recognizer
from voicebot.stt.settings import Engine, SttSettings


def test_engine_without_a_model_asks_for_one() -> None:
    with pytest.raises(SpeechError, match=r"whisper needs a model: name one as stt\.model"):
        open_recognizer(SttSettings(engine=Engine.WHISPER), Path())


def test_model_that_is_not_here_is_told_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="voicebot models pull small"):
        open_recognizer(SttSettings(engine=Engine.WHISPER, model="small"), tmp_path)
