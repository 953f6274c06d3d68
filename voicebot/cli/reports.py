"""Commands that say how a campaign went."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from voicebot.cli.app import campaigns
from voicebot.cli.options import ConfigFile, run, settings_of


def _hours(text: str) -> range:
    """``9-12``: from nine until twelve o'clock."""
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) < int(last) <= 24):
        raise typer.BadParameter(f"{text!r} are no hours of a day: write them such as 9-12")
    return range(int(first), int(last))


@campaigns.command("report")
def campaign_report(
    name: Annotated[str, typer.Argument(help="The campaign.")],
    begins: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = None,
    ends: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")] = None,
    language: Annotated[str | None, typer.Option(help="Only calls in this language.")] = None,
    flow_version: Annotated[
        str | None, typer.Option(help="Only calls with this version of the flow.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Only people there, such as CL.")] = None,
    hours: Annotated[
        range | None,
        typer.Option(parser=_hours, metavar="9-12", help="Only calls of these hours, by the person's clock."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for another program.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the figures to this CSV file, too.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write pictures and report.html into this folder.")] = None,
    config: ConfigFile = None,
) -> None:
    """Print the figures by which a campaign is judged; docs/kpis.md has the formula of each.

    What the data do not tell is "not known". Without --from and --to: from the first attempt until today.
    """
    from rich.console import Console
    from rich.progress import Progress

    from voicebot.commands.campaign_report import Wanted, report_on, told, write_csv, write_pictures

    days = begins and begins.date(), ends and ends.date()
    wanted = Wanted(name, *days, language, flow_version, country, hours or range(24))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        report = run(report_on(settings_of(config), wanted, progress))
    print(told(report, as_json=as_json))
    if csv:
        write_csv(report, csv)
    if svg:
        write_pictures(report, svg)


@campaigns.command("simulate")
def campaign_simulate(
    campaign: Annotated[str, typer.Argument(help="The campaign, or a file that describes one.")],
    contacts: Annotated[int, typer.Option("-n", min=1, max=10_000_000, help="Simulated contacts.")] = 100_000,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days that are simulated.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed, the same people and the same luck.")] = 1,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day (UTC); today.")
    ] = None,
    behaviour: Annotated[Path | None, typer.Option(help="A YAML file that says how people answer.")] = None,
    compare: Annotated[
        list[str] | None, typer.Option(help="Such as lines=10,20,40 or pacing.ratio=1,1.5; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for another program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Try a campaign's settings before a telephone rings: real rules, pacing and retries, simulated people.

    Prints dials, contacts, promises, hours, the abandon rate and how often each rule held somebody back. How
    people answer is an assumption until you write your own figures into a --behaviour file; docs/kpis.md.
    """
    from datetime import UTC

    from rich.console import Console
    from rich.progress import Progress

    from voicebot.commands.campaign_simulation import Trial, simulate, told
    from voicebot.commands.campaign_simulation import as_json as in_json

    first = start and start.replace(tzinfo=UTC)
    trial = Trial(campaign, contacts, days, seed, first, behaviour, tuple(compare or ()))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        tried = simulate(settings_of(config), trial, progress)
    print(in_json(tried) if as_json else told(tried))
