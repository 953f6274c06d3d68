"""Commands that keep the numbers that are never called again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from voicebot.cli.app import suppressions
from voicebot.cli.options import ConfigFile, Region, run, settings_of

Phone = Annotated[
    str,
    typer.Argument(metavar="[NUMBER]", help="A telephone number, written in any way.", show_default=False),
]
Person = Annotated[
    str,
    typer.Option("--person", metavar="ID", help="Instead of a number: a person, by the id in your files."),
]


class ChannelName(StrEnum):
    all = "all"
    voice = "voice"


@suppressions.command("add")
def suppressions_add(
    phone: Phone = "",
    person: Person = "",
    channel: Annotated[
        ChannelName, typer.Option(help="all: no contact of any kind; voice: no calls, messages are welcome.")
    ] = ChannelName.all,
    reason: Annotated[str, typer.Option(help="Why, without names or numbers: kept as it is.")] = "operator",
    region: Region = "US",
    config: ConfigFile = None,
) -> None:
    """See that a number, or a person on whatever number, is never called again.

    Whoever asks the bot for no more calls is suppressed by that, account or none. The number itself is not
    kept, but a keyed hash of it: the key is var_dir/suppression.key, or VOICEBOT_SUPPRESSION_KEY.
    """
    from voicebot.commands.suppressions import add_suppression, suppress_person

    _one_of(phone, person)
    settings = settings_of(config)
    if person:
        print(run(suppress_person(settings, person, channel.value, reason)))
    else:
        print(run(add_suppression(settings, phone, region, channel.value, reason)))


@suppressions.command("check")
def suppressions_check(
    phone: Phone = "", person: Person = "", region: Region = "US", config: ConfigFile = None
) -> None:
    """Print whether a number, or a person, is never called again, since when and why.

    Exit code 0: it is not suppressed; 3: it is; 1: nobody can tell.
    """
    from voicebot.commands.suppressions import check_person, check_suppression

    _one_of(phone, person)
    settings = settings_of(config)
    check = check_person(settings, person) if person else check_suppression(settings, phone, region)
    suppressed, told = run(check)
    print(told)
    if suppressed:
        raise typer.Exit(3)


@suppressions.command("remove")
def suppressions_remove(
    phone: Phone = "", person: Person = "", region: Region = "US", config: ConfigFile = None
) -> None:
    """Let a number be called again, because its person has agreed to that, or it is somebody else's now; or a
    person, on the numbers that they asked from as well."""
    from voicebot.commands.suppressions import let_person_be_called, remove_suppression

    _one_of(phone, person)
    settings = settings_of(config)
    remove = let_person_be_called(settings, person) if person else remove_suppression(settings, phone, region)
    print(run(remove))


def _one_of(phone: str, person: str) -> None:
    if bool(phone) == bool(person):
        raise typer.BadParameter("write a number, or --person ID")
