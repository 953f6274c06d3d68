"""Commands that keep what must not be lost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicebot.cli.app import app
from voicebot.cli.options import ConfigFile, settings_of


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    without_key: Annotated[
        bool,
        typer.Option("--without-key", help="Leave out the key of suppressed numbers."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Copy the database and the key of suppressed numbers to one file, while the server works.

    Recordings, flows and settings are files: copy them as they are. docs/backup.md.
    """
    from voicebot.commands.backup import make_backup

    print(make_backup(settings_of(config), file, force=force, with_key=not without_key))


@app.command("restore")
def restore(
    file: Annotated[
        Path, typer.Argument(help="A file that voicebot backup wrote.", exists=True, dir_okay=False)
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there.")] = False,
    config: ConfigFile = None,
) -> None:
    """Put back what voicebot backup wrote, after seeing that it is whole. End the server first."""
    from voicebot.commands.backup import restore_backup

    print(restore_backup(settings_of(config), file, force=force))
