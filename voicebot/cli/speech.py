"""Commands that listen and understand."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from voicebot.cli.app import app
from voicebot.cli.options import ConfigFile, Language, run, settings_of


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
        str | None, typer.Option(help="The recogniser: sphinx, whisper or sherpa; default: sphinx.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Its model: a name of `voicebot models list`, or a folder.")
    ] = None,
) -> None:
    """Recognise recorded utterances: one JSON line {path, text, seconds, ms} for each."""
    from voicebot.commands.transcribe import transcribe_files

    chosen = {"engine": engine, "model": model}
    settings = settings_of(None, stt={name: value for name, value in chosen.items() if value})
    run(transcribe_files(settings, files, lang.value, expect.value if expect else None))


@app.command()
def understand(
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of rows that have none; default: today."),
    ] = None,
    interpreter: Annotated[
        bool, typer.Option("--interpreter", help="Ask the configured interpreter where nothing is sure.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Say what utterances mean: JSON rows in, one JSON line {id, intent, amount, date, ...} out for each.

    A row needs "text"; "lang", "today" and "context" {state, name, balance, currency} tell what it is
    understood against. For example: echo '{"text": "I can pay half on Friday"}' | voicebot understand
    """
    from voicebot.commands.understand import print_interpreted, understand_lines

    day = today.date() if today else None
    if interpreter:
        run(print_interpreted(sys.stdin, day, settings_of(config)))
        return
    for line in understand_lines(sys.stdin, day):
        print(line)


@app.command()
def learn() -> None:
    """Learn anew from the examples of what callers say, after they were changed; takes seconds.

    See docs/understanding.md.
    """
    from voicebot.commands.learn import learn as learn_examples

    for path in learn_examples():
        print(path)
