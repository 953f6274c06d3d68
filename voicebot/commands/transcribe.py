"""Recorded utterances through a recogniser, one JSON line each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track

from voicebot.dialogue.understanding.recording import context_of_recording
from voicebot.errors import SpeechError
from voicebot.settings import Settings
from voicebot.stt.engines import open_recognizer
from voicebot.stt.files import Transcribed, transcribe_file


async def transcribe_files(
    settings: Settings, paths: Sequence[Path], language: str, expect: str | None
) -> None:
    """Print ``{"path", "text", "seconds", "ms"}`` for every file; ``expect`` names the kind of answer.

    Raises:
        SpeechError: some files could not be recognised; told after all the others have been.
    """
    context = context_of_recording(language, expect, date.today())
    stt = settings.stt.model_copy(update={"languages": (language,)})
    recognizer = open_recognizer(stt, settings.models_dir)
    failures = []
    try:
        await recognizer.ready()
        for path in track(paths, "Recognising", console=Console(stderr=True), transient=True):
            try:
                print(
                    _line(path, await transcribe_file(path, recognizer=recognizer, context=context)),
                    flush=True,
                )
            except SpeechError as error:
                failures.append(str(error))
    finally:
        await recognizer.close()
    if failures:
        raise SpeechError("\n".join(failures))


def _line(path: Path, heard: Transcribed) -> str:
    told = {
        "path": str(path),
        "text": heard.transcript.text,
        "seconds": round(heard.seconds, 2),
        "ms": round(heard.ms),
    }
    return json.dumps(told, ensure_ascii=False)
