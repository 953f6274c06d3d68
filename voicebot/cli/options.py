"""What commands share."""

from __future__ import annotations

import gc
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="YAML file of settings; VOICEBOT_* variables go over it.")
]

Region = Annotated[
    str, typer.Option(help="The country of numbers without a country code, as ISO 3166 writes it: US, CL.")
]

DecidedBy = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who says so; else who is logged in.", show_default=False)
]


class Language(StrEnum):
    en = "en"
    es = "es"


def decided_by(name: str) -> str:
    """Who says so, for the record."""
    import getpass

    try:
        return name or getpass.getuser()
    except (OSError, KeyError):  # a container has no name for its user
        return "operator"


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """What the command's work comes to."""
    import uvloop

    return uvloop.run(work)


@contextmanager
def everything_kept() -> Iterator[None]:
    """Nothing is collected in here: looking for garbage takes a fifth of a command that makes none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Leave(SystemExit):
    """The end of a command that leaves nothing to be cleared away."""


def leave(code: int) -> NoReturn:
    """End the process at once, as ``main`` does it: freeing what a check has made takes a tenth of its time.

    Raises:
        Leave: always.
    """
    sys.stdout.flush()
    raise Leave(code)


def settings_of(config: Path | None, **overrides: Any) -> Any:
    """The settings of a file, and logs as they say."""
    from voicebot.settings import load_settings
    from voicebot.telemetry.log import configure_logging

    settings = load_settings(config, **overrides)
    configure_logging(settings.log)
    return settings


def pair(text: str) -> tuple[str, str]:
    """``balance=250.00`` as a name and a value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r}: write --set name=value, such as --set balance=250.00")
    return name, value
