"""Commands that listen."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from voicebot.cli.app import app
from voicebot.cli.options import Language, run, settings_of


class Kind(StrEnum):
    amount = "amount"
    date = "date"
    digits = "digits"
    yes_no = "yes_no"


@app.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(help="WAV files: mono or stereo, any rate.")],
    lang: Annotated[Language, typer.Option(help="The language spoken.")] = Language.en,
    expect: Annotated[
        Kind | None, typer.Option(help="What the speaker was asked for; default: anything the flows know.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="The recogniser, such as sphinx; default: the configured one.")
    ] = None,
) -> None:
    """Recognise recorded utterances: one JSON line {path, text, seconds, ms} for each."""
    from voicebot.transcribe import transcribe_files

    settings = settings_of(None, **({"stt": {"engine": engine}} if engine else {}))
    run(transcribe_files(settings.stt, files, lang.value, expect.value if expect else None))
