"""Commands for contacts that a person looks at first."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from voicebot.cli.app import campaigns
from voicebot.cli.options import ConfigFile, DecidedBy, run, settings_of

Json = Annotated[bool, typer.Option("--json", help="As a JSON list, for another program.")]


@campaigns.command("held")
def campaign_held(
    name: Annotated[str, typer.Argument(help="The campaign.")],
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """Print whom a campaign does not call before a person has looked at it, since when and why.

    Where open requests are told, closing them (`voicebot requests done`) lets the contact be called again;
    else `voicebot campaign release` does.
    """
    from voicebot.commands.holding import list_held

    run(list_held(settings_of(config), name, Console(), as_json=as_json))


@campaigns.command("release")
def campaign_release(
    name: Annotated[str, typer.Argument(help="The campaign.")],
    accounts: Annotated[list[str] | None, typer.Argument(help="Whose contacts; else give --reason.")] = None,
    why: Annotated[str, typer.Option(help="What was found out, for the record.")] = "",
    reason: Annotated[str, typer.Option(help="All that are held for it, as `held` tells it.")] = "",
    by: DecidedBy = "",
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """Let held contacts be called again, within the rules; who said so, when and why stays on record.

    One that an open request holds stays held: `voicebot requests done` closes that.

    Exit code 0: they were told apart; 1: an account is not held, or something is not said.
    """
    from voicebot.calls.requests import Decision
    from voicebot.cli.options import decided_by
    from voicebot.commands.holding import release_held

    decision = Decision(decided_by(by), why)
    settings = settings_of(config)
    print(run(release_held(settings, name, accounts or [], reason, decision, as_json=as_json)))
