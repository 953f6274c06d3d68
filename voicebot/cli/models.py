"""Commands for the models that do not come with voicebot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from voicebot.cli.app import models
from voicebot.cli.options import ConfigFile, settings_of

Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="As in voicebot models list.")]


@models.command("list")
def models_list(
    as_json: Annotated[
        bool, typer.Option("--json", help="As a JSON list, with homepage and quality of each.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Show every known model, its licence, and whether it is on this machine.

    Licences in red do not allow business use. A voice's licence is that of its recordings: have somebody
    who knows the law read it before callers hear it.
    """
    from voicebot.models import table

    folder = settings_of(config).models_dir
    if as_json:
        print(table.as_json(folder))
    else:
        Console().print(table.table(folder))


@models.command("pull")
def models_pull(
    names: Names,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="URL",
            help="A mirror: files are taken from URL/NAME/FILE. Default: VOICEBOT_MODELS_MIRROR, or else "
            "the publisher.",
        ),
    ] = "",
    config: ConfigFile = None,
) -> None:
    """Fetch models into var/models, compare them with their published checksums, and make them usable.

    For example: voicebot models pull small es_MX-claude-high

    Broken off, by Ctrl-C or by the network, the same command goes on where it stopped. Proxies are those of
    the environment (https_proxy). Nothing is fetched during a call, ever.
    """
    from voicebot.models.bars import Bars
    from voicebot.models.manifest import find_model
    from voicebot.models.pull import pull

    settings, console = settings_of(config), Console(stderr=True)
    for model in [find_model(name) for name in names]:
        if not model.commercial:
            console.print(f"{model.name}: {model.licence}: not for business use", style="bold red")
        try:
            with Bars(console) as bars:
                mirror = source or settings.models_mirror
                lock = pull(model, settings.models_dir, mirror=mirror, watch=bars)
        except KeyboardInterrupt:
            console.print(f"stopped; voicebot models pull {model.name} goes on from here")
            raise
        _tell(console, settings.models_dir / model.name, published=lock.published)


@models.command("verify")
def models_verify(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Default: all that are here.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Read models again and compare them with their checksums; exit 1 if one is broken.

    Published checksums are compared with where there are any, otherwise those that were written down when
    the model came.
    """
    from voicebot.models.bars import Bars
    from voicebot.models.folder import models_here
    from voicebot.models.verify import verify

    folder = settings_of(config).models_dir
    faults: list[str] = []
    for name in names or models_here(folder):
        with Bars(Console(stderr=True)) as bars:
            found = verify(name, folder, bars)
        print(f"{name}: {'broken' if found else 'sound'}")
        faults += found
    if faults:
        print("\n".join(faults))
        raise typer.Exit(1)


@models.command("remove")
def models_remove(names: Names, config: ConfigFile = None) -> None:
    """Delete models from this machine, and what was fetched of them in part."""
    from voicebot.models.verify import remove

    for name in names:
        freed = remove(name, settings_of(config).models_dir)
        print(f"{name} is removed: {freed / 1000**2:.0f} MB are free again")


@models.command("import")
def models_import(
    source: Annotated[
        Path, typer.Argument(help="A folder with the model's files, or a tar archive of one.", exists=True)
    ],
    name: Annotated[
        str, typer.Option(help="What the model is called; default: the name of the folder or archive.")
    ] = "",
    config: ConfigFile = None,
) -> None:
    """Take in a model that somebody brought, for machines without internet.

    On a machine with internet: voicebot models pull small, then tar -C var/models -cf small.tar small. Here:
    voicebot models import small.tar. Checksums are compared as with pull. A model that is in no list of
    voicebot's, such as one of your own, can be imported too, and is trusted as it is.
    """
    from voicebot.models.bars import Bars
    from voicebot.models.importing import import_model

    folder, console = settings_of(config).models_dir, Console(stderr=True)
    with Bars(console) as bars:
        lock = import_model(source, folder, name=name, watch=bars)
    _tell(console, folder / lock.model, published=lock.published)


def _tell(console: Console, folder: Path, *, published: bool) -> None:
    print(f"{folder.name} is in {folder}")
    if not published:
        console.print(
            f"{folder.name}: there was no published checksum to compare it with: this copy is trusted as it "
            "came, and voicebot models verify compares with it from now on",
            style="yellow",
        )
