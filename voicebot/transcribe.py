"""Recorded utterances through a recogniser, one JSON line each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track

from voicebot.dialogue.understanding.grammar import listen_context
from voicebot.dialogue.understanding.meaning import Expect, Intent, Setting
from voicebot.stt.engines import open_recognizer
from voicebot.stt.files import transcribe_file
from voicebot.stt.settings import SttSettings


async def transcribe_files(
    settings: SttSettings, paths: Sequence[Path], language: str, expect: str | None
) -> None:
    """Print ``{"path", "text", "seconds", "ms"}`` for every file; ``expect`` names the kind of answer.

    Raises:
        SpeechError: a file is no sound, or the engine failed.
    """
    context = listen_context(_setting(language, expect), frozenset() if expect else frozenset(Intent))
    recognizer = open_recognizer(settings)
    try:
        for path in track(paths, "Recognising", console=Console(stderr=True), transient=True):
            transcript, seconds, ms = await transcribe_file(path, recognizer=recognizer, context=context)
            line = {"path": str(path), "text": transcript.text, "seconds": round(seconds, 2), "ms": round(ms)}
            print(json.dumps(line, ensure_ascii=False), flush=True)
    finally:
        await recognizer.close()


def _setting(language: str, expect: str | None) -> Setting:
    expects = {Expect(expect)} if expect else {Expect.YES_NO, Expect.AMOUNT, Expect.DATE}
    return Setting(language, date.today(), frozenset(expects))
