"""Commands for what is said."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from voicebot.cli.app import prompts
from voicebot.cli.options import ConfigFile, run, settings_of


@prompts.command()
def render(
    flow: Annotated[
        list[str] | None,
        typer.Option(
            help="Name of a flow, or its file; repeatable. Default: those that calls are answered with."
        ),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Make the fixed sentences of flows ready, in every tone and language, for every line.

    `voicebot serve` does the same beside the calls; done before, the first caller of the day waits for none.
    What is ready already is left as it is. For example: voicebot prompts render --flow payment_reminder
    """
    from voicebot.commands.render import render_prompts

    run(render_prompts(settings_of(config), flow or [], Console()))
