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
    country: Annotated[
        str | None, typer.Argument(help="Where the person lives, as ISO 3166 writes it: US, CL.")
    ] = None,
    number: Annotated[str | None, typer.Argument(help="Their telephone, written in any way.")] = None,
    account: Annotated[
        str | None, typer.Option(help="Of a campaign, instead of a country: all on record counts.")
    ] = None,
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
    or, with the past, the consents and the campaign's own rules: voicebot may-contact --account A-1001

    Exit code 0: yes, by one of the account's telephones; 3: no; 1: nobody can tell.
    """
    from voicebot.commands.may_contact import Question, explain, explain_account, told

    if bool(country) == bool(account):
        raise typer.BadParameter("write a country such as US, or --account and its number")
    settings = settings_of(config)
    if account:
        answers = run(explain_account(settings, account, channel, at))
    else:
        question = Question(str(country), region, number, tuple(zone or ()), channel, at, consented)
        answers = [run(explain(settings, question))]
    print(told(answers, as_json=as_json))
    if not any(answer.verdict.allowed for answer in answers):
        raise typer.Exit(3)
