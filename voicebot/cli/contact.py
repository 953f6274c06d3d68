"""The command that tells whether somebody may be contacted, and why not."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from voicebot.cli.app import app
from voicebot.cli.options import ConfigFile, run, settings_of
from voicebot.contact.people import Channel


@app.command("may-contact")
def may_contact(
    country: Annotated[str, typer.Argument(help="Where the person lives, as ISO 3166 writes it: US, CL.")],
    number: Annotated[str | None, typer.Argument(help="Their telephone, written in any way.")] = None,
    region: Annotated[str | None, typer.Option(help="Of the country, such as MA, or its name.")] = None,
    zone: Annotated[
        list[str] | None, typer.Option(help="Time zone, such as America/Santiago; may be told several times.")
    ] = None,
    channel: Annotated[Channel, typer.Option(help="How they would be reached.")] = Channel.VOICE,
    at: Annotated[
        datetime | None,
        typer.Option(help="By the clock where the person is, such as 2026-11-23T09:30; now by default."),
    ] = None,
    consented: Annotated[
        bool, typer.Option("--consented", help="They agreed to calls by an artificial voice.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for another program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Print whether somebody may be contacted, the rule and law that say so, and when it is allowed next.

    For example: voicebot may-contact CL "+56 2 2345 6789" --region RM --at 2026-11-22T12:00

    Exit code 0: yes; 3: no; 1: nobody can tell.
    """
    from voicebot.may_contact import Question, explain

    question = Question(country, region, number, tuple(zone or ()), channel, at, consented)
    told = run(explain(settings_of(config), question))
    print(told.as_json() if as_json else told)
    if not told.verdict.allowed:
        raise typer.Exit(3)
