"""Commands that start, stop and watch campaigns."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from voicebot.cli.app import campaigns
from voicebot.cli.options import ConfigFile, run, settings_of

Name = Annotated[str, typer.Argument(help="The campaign: NAME.yaml in campaigns_dir.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for another program.")]


@campaigns.command("start")
def campaign_start(name: Name, config: ConfigFile = None) -> None:
    """Let a campaign be dialled, as its file says now; `voicebot serve` does it, be it running or not yet.

    What is saved of its file later takes effect with the next call.
    """
    from voicebot.commands.campaigning import start_campaign

    print(run(start_campaign(settings_of(config), name)))


@campaigns.command("pause")
def campaign_pause(name: Name, config: ConfigFile = None) -> None:
    """Dial nobody more; calls in progress go on."""
    _tell(name, "paused", config)


@campaigns.command("resume")
def campaign_resume(name: Name, config: ConfigFile = None) -> None:
    """Dial again after a pause."""
    _tell(name, "running", config)


@campaigns.command("drain")
def campaign_drain(name: Name, config: ConfigFile = None) -> None:
    """Dial nobody more, and pause when the last call is over."""
    _tell(name, "draining", config)


@campaigns.command("list")
def campaign_list(as_json: Json = False, config: ConfigFile = None) -> None:
    """Print every campaign: what it is told, how far it is, and its next moment."""
    from voicebot.commands.campaigning import list_campaigns

    run(list_campaigns(settings_of(config), Console(), as_json=as_json))


@campaigns.command("watch")
def campaign_watch(name: Name, as_json: Json = False, config: ConfigFile = None) -> None:
    """Watch a campaign: lines, dials, answers, promises, what blocks it, the next moment; Ctrl-C leaves it
    alone."""
    from voicebot.commands.campaigning import watch_campaign

    run(watch_campaign(settings_of(config), name, Console(), as_json=as_json))


def _tell(name: str, state: str, config: ConfigFile) -> None:
    from voicebot.campaigns.queue import CampaignState
    from voicebot.commands.campaigning import tell_campaign

    print(run(tell_campaign(settings_of(config), name, CampaignState(state))))
