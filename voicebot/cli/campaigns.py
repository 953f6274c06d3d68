"""Commands for campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicebot.cli.app import campaigns
from voicebot.cli.options import ConfigFile, run, settings_of


@campaigns.command("import")
def campaign_import(
    file: Annotated[Path, typer.Argument(help="NAME.csv is for campaign NAME; NAME.full.csv is all of it.")],
    campaign: Annotated[str, typer.Option(help="Whose contacts they are; else the file's name tells.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Close contacts that the file lacks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON, for another program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Load a CSV of contacts: its good rows, or nothing where too many are bad.

    Beside the file are written NAME.report.json and, with the rows that are not loaded, NAME.rejected.csv.
    The same file again changes nothing. docs/campaigns.md has the columns.

    Exit code 0: all of it is loaded; 3: but for some rows; 4: nothing is, the file is held; 1: it could not
    be tried, and stays as it was.
    """
    from voicebot.commands.imports import import_and_tell

    code = run(import_and_tell(settings_of(config), file, campaign=campaign, full=full, as_json=as_json))
    if code:
        raise typer.Exit(code)
