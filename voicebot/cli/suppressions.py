"""Commands that keep the numbers that are never called again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from voicebot.cli.app import suppressions
from voicebot.cli.options import ConfigFile, Region, run, settings_of

Phone = Annotated[str, typer.Argument(metavar="NUMBER", help="A telephone number, written in any way.")]


class ChannelName(StrEnum):
    all = "all"
    voice = "voice"


@suppressions.command("add")
def suppressions_add(
    phone: Phone,
    channel: Annotated[
        ChannelName, typer.Option(help="all: no contact of any kind; voice: no calls, messages are welcome.")
    ] = ChannelName.all,
    reason: Annotated[str, typer.Option(help="Why, without names or numbers: kept as it is.")] = "operator",
    region: Region = "US",
    config: ConfigFile = None,
) -> None:
    """See that a number is never called again.

    Whoever asks the bot for no more calls is suppressed by that, account or none. The number itself is not
    kept, but a keyed hash of it: the key is var_dir/suppression.key, or VOICEBOT_SUPPRESSION_KEY.
    """
    from voicebot.commands.suppressions import add_suppression

    print(run(add_suppression(settings_of(config), phone, region, channel.value, reason)))


@suppressions.command("check")
def suppressions_check(phone: Phone, region: Region = "US", config: ConfigFile = None) -> None:
    """Print whether a number is never called again, since when and why.

    Exit code 0: it is not suppressed; 3: it is; 1: nobody can tell.
    """
    from voicebot.commands.suppressions import check_suppression

    suppressed, told = run(check_suppression(settings_of(config), phone, region))
    print(told)
    if suppressed:
        raise typer.Exit(3)


@suppressions.command("remove")
def suppressions_remove(phone: Phone, region: Region = "US", config: ConfigFile = None) -> None:
    """Let a number be called again, because its person has agreed to that, or it is somebody else's now."""
    from voicebot.commands.suppressions import remove_suppression

    print(run(remove_suppression(settings_of(config), phone, region)))
