"""The files of campaigns: found and read, every problem with its line and column."""

from __future__ import annotations

import re
from pathlib import Path

from voicebot.campaigns.campaign import NAME_PATTERN, CampaignSettings, FollowUp
from voicebot.dialogue.language.problems import UnusableFlow, did_you_mean
from voicebot.dialogue.reading.files import read_source
from voicebot.dialogue.reading.typed_yaml import read_as
from voicebot.errors import CampaignError


def campaign_names(folder: Path) -> list[str]:
    """The campaigns that are written in a folder."""
    return sorted(path.stem for path in folder.glob("*.yaml") if re.match(NAME_PATTERN, path.stem))


def read_campaign(folder: Path, name: str) -> CampaignSettings:
    """The campaign that ``NAME.yaml`` in ``folder`` describes.

    Raises:
        CampaignError: there is none of that name, or every problem of it at once, as
            ``file:line:column: message``.
    """
    path = folder / f"{name}.yaml"
    if not re.match(NAME_PATTERN, name):
        raise CampaignError(f"{name!r} is no name of a campaign: use small letters, digits, - and _")
    if not path.exists():
        meant = did_you_mean(name, campaign_names(folder)) or f"; write {path}"
        raise CampaignError(f"there is no campaign {name}{meant}")
    return read_campaign_file(path)


def follow_up_of(folder: Path, name: str) -> FollowUp | None:
    """What a campaign does about promises, as its file says now; ``None`` for nothing, as without a file.

    Raises:
        CampaignError: its file is wrong.
    """
    return read_campaign(folder, name).follow_up if (folder / f"{name}.yaml").exists() else None


def read_campaign_file(path: Path) -> CampaignSettings:
    """The campaign that a file describes.

    Raises:
        CampaignError: every problem of it at once, as ``file:line:column: message``.
    """
    try:
        source = read_source(path)
        if source.document.data is None:
            return CampaignSettings()
        return read_as(CampaignSettings, source)
    except UnusableFlow as error:
        raise CampaignError(str(error)) from None
