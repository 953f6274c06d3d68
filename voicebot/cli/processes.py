"""Commands about processes that hold calls and are not seen any more."""

from __future__ import annotations

from typing import Annotated

import typer

from voicebot.cli.app import processes
from voicebot.cli.options import ConfigFile, run, settings_of


@processes.command("list")
def processes_list(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list, for another program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Print the processes that hold calls and are not seen any more, and until when that keeps people from
    being called."""
    from voicebot.commands.processes import list_processes

    print(run(list_processes(settings_of(config), as_json=as_json)))


@processes.command("gone")
def processes_gone(
    host: Annotated[str, typer.Argument(help="The machine or container, by its host name.")],
    config: ConfigFile = None,
) -> None:
    """Say that a machine is gone: the calls that its missing processes held are over.

    Be sure of it: a person who is still on the line there could be called a second time.
    """
    from voicebot.commands.processes import give_up_processes

    print(run(give_up_processes(settings_of(config), host)))
