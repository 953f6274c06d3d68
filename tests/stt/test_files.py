from __future__ import annotations

import wave
from pathlib import Path

from voicebot.stt.files import transcribe_file
from voicebot.stt.recognizer import ListenContext
from voicebot.stt.scripted import ScriptedRecognizer


async def test_file_is_heard_like_a_caller_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "caller.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(12_000))
    heard = await transcribe_file(path, recognizer=ScriptedRecognizer(["yes"]), context=ListenContext("en"))
    assert (heard.transcript.text, heard.seconds) == ("yes", 0.75)
    assert heard.ms >= 0
