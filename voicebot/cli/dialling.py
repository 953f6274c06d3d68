"""Commands that start, stop and watch campaigns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from voicebot.cli.app import campaigns
from voicebot.cli.options import ConfigFile, run, settings_of

if TYPE_CHECKING:  # commands load what they need, so that --help is quick
    from voicebot.commands.campaigning import Told

Name = Annotated[str, typer.Argument(help="The campaign: NAME.yaml in campaigns_dir.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for another program.")]


@campaigns.command("start")
def campaign_start(name: Name, as_json: Json = False, config: ConfigFile = None) -> None:
    """Let a campaign be dialled, as its file says now; `voicebot serve` does it, be it running or not yet.

    What it lacks is told at once, and nothing is started then. What is saved of its file later takes effect
    with the next call.

    Exit code 0: it runs; 1: it does not, and standard error says why.
    """
    from voicebot.commands.campaigning import start_campaign

    _print(run(start_campaign(settings_of(config), name)), as_json=as_json)


@campaigns.command("pause")
def campaign_pause(name: Name, as_json: Json = False, config: ConfigFile = None) -> None:
    """Dial nobody more from now on; calls in progress go on.

    Exit code 0: it is paused; 1: there is no such campaign.
    """
    _tell(name, "paused", config, as_json=as_json)


@campaigns.command("resume")
def campaign_resume(name: Name, as_json: Json = False, config: ConfigFile = None) -> None:
    """Dial again after a pause; whoever came due meanwhile is called first.

    Its file and its flows are looked at first, as by `start`.

    Exit code 0: it runs; 1: it does not, and standard error says why.
    """
    from voicebot.commands.campaigning import resume_campaign

    _print(run(resume_campaign(settings_of(config), name)), as_json=as_json)


@campaigns.command("drain")
def campaign_drain(name: Name, as_json: Json = False, config: ConfigFile = None) -> None:
    """Dial nobody more, and pause when the last call is over: before an update, say.

    `watch` tells when it is paused; `resume` goes on. A server has to run for that.

    Exit code 0: it drains; 1: there is no such campaign.
    """
    _tell(name, "draining", config, as_json=as_json)


@campaigns.command("list")
def campaign_list(as_json: Json = False, config: ConfigFile = None) -> None:
    """Print every campaign: what it is told, how far it is, and its next moment.

    Campaigns that are written in campaigns_dir and were neither imported nor started are in the list, too.
    """
    from voicebot.commands.campaigning import list_campaigns

    run(list_campaigns(settings_of(config), Console(), as_json=as_json))


@campaigns.command("watch")
def campaign_watch(name: Name, as_json: Json = False, config: ConfigFile = None) -> None:
    """Watch a campaign: lines, dials, answers, promises, what blocks it, and its next moment.

    It is shown anew every second until it is done; Ctrl-C leaves it alone. With --json: once, and no longer.
    """
    from voicebot.commands.campaigning import watch_campaign

    run(watch_campaign(settings_of(config), name, Console(), as_json=as_json))


def _tell(name: str, state: str, config: Path | None, *, as_json: bool) -> None:
    from voicebot.campaigns.queue import CampaignState
    from voicebot.commands.campaigning import tell_campaign

    _print(run(tell_campaign(settings_of(config), name, CampaignState(state))), as_json=as_json)


def _print(told: Told, *, as_json: bool) -> None:
    print(told.as_json() if as_json else told)
