"""Trying the settings of a campaign on a portfolio of simulated people, before a telephone rings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError
from rich.progress import Progress, TaskID

from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.files import read_campaign, read_campaign_file
from voicebot.campaigns.law import Law
from voicebot.campaigns.simulated.behaviour import Behaviour, Segment
from voicebot.campaigns.simulated.result import Simulated
from voicebot.campaigns.simulated.simulation import Simulation
from voicebot.contact import Rulebook
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.files import read_source
from voicebot.dialogue.reading.loader import RULES, read_rulebook
from voicebot.dialogue.reading.typed_yaml import in_words, read_as
from voicebot.errors import CampaignError
from voicebot.settings import Settings

STAND_IN: Final = {"number": "+12125550143"}
"""Shown where the campaign has no caller id yet: in a simulation nobody sees it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried."""

    campaign: str
    """Its name, or its file."""
    contacts: int = 100_000
    days: int = 30
    seed: int = 1
    start: datetime | None = None
    behaviour: Path | None = None
    compare: tuple[str, ...] = ()
    """Such as ``lines=10,20``: each is tried, and of several every combination."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One way to set a campaign, and what it came to."""

    changed: Mapping[str, Any]
    result: Simulated


def simulate(settings: Settings, trial: Trial, progress: Progress) -> list[Tried]:
    """Every way that is to be compared, one after the other, on the same people.

    Raises:
        CampaignError: the campaign, the behaviour or a comparison cannot be used as it is written.
    """
    campaign = _campaign(settings, trial.campaign)
    behaviour = _behaviour(trial.behaviour)
    rules = _rules(settings.flows_dir)
    segments = behaviour.segments or _segments(campaign, rules)
    start = trial.start or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    tried = []
    for changed in _ways(trial.compare):
        simulation = Simulation(
            _with(campaign, changed, segments[0].country),
            behaviour,
            Law(rules),
            segments,
            contacts=trial.contacts,
            days=trial.days,
            start=start,
            seed=trial.seed,
        )
        name = " ".join(f"{key}={value}" for key, value in changed.items()) or "simulating"
        task = progress.add_task(name, total=1.0)
        tried.append(Tried(changed, simulation.run(partial(_show, progress, task))))
    return tried


def _show(progress: Progress, task: TaskID, share: float) -> None:
    progress.update(task, completed=share)


def told(tried: Sequence[Tried]) -> str:
    """What each way came to, side by side."""
    rows = {name: [value(one.result) for one in tried] for name, value in _ROWS.items()}
    reasons = sorted({reason for one in tried for reason in one.result.blocks})
    rows |= {
        f"held back: {reason}": [f"{one.result.blocks[reason]:,}" for one in tried] for reason in reasons
    }
    states = list(dict.fromkeys(state for one in tried for state in one.result.states))
    rows |= {f"contacts {state}": [f"{one.result.states[state]:,}" for one in tried] for state in states}
    if any(one.changed for one in tried):
        heads = [" ".join(f"{key}={value}" for key, value in one.changed.items()) for one in tried]
        rows = {"": heads} | rows
    name_width = max(map(len, rows))
    widths = [max(len(cells[place]) for cells in rows.values()) for place in range(len(tried))]
    return "\n".join(
        f"{name.ljust(name_width)}  "
        + "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        for name, cells in rows.items()
    )


def as_json(tried: Sequence[Tried]) -> str:
    """For another program."""
    return json.dumps([_as_json(one) for one in tried], indent=2, ensure_ascii=False)


_ROWS: Final[Mapping[str, Callable[[Simulated], str]]] = {
    "dials": lambda one: f"{one.dials:,}",
    "answered by a person": lambda one: f"{one.humans:,}",
    "right-party contacts": lambda one: f"{one.right_party:,}",
    "people reached": lambda one: f"{one.reached:,}",
    "promises": lambda one: f"{one.promises:,}",
    "kept / broken so far": lambda one: f"{one.kept:,} / {one.broken:,}",
    "followed up": lambda one: f"{one.followed_up:,}",
    "opt-outs": lambda one: f"{one.opt_outs:,}",
    "abandon rate": lambda one: f"{one.abandon_rate:.2%}",
    "hours of lines": lambda one: f"{one.line_seconds / 3600:,.0f}",
    "hours of talk": lambda one: f"{one.talk_seconds / 3600:,.0f}",
    "last dial": lambda one: f"{one.busy_until:%Y-%m-%d %H:%M}" if one.busy_until else "none",
}


def _as_json(tried: Tried) -> dict[str, Any]:
    result = {field.name: getattr(tried.result, field.name) for field in fields(tried.result)}
    days: dict[str, dict[str, int]] = {}
    for (day, what), many in sorted(tried.result.by_day.items()):
        days.setdefault(day.isoformat(), {})[what] = many
    result |= {"by_day": days, "busy_until": tried.result.busy_until and tried.result.busy_until.isoformat()}
    return {"changed": dict(tried.changed), "abandon_rate": tried.result.abandon_rate, **result}


def _campaign(settings: Settings, name: str) -> CampaignSettings:
    path = Path(name)
    return read_campaign_file(path) if path.suffix == ".yaml" else read_campaign(settings.campaigns_dir, name)


def _behaviour(path: Path | None) -> Behaviour:
    if path is None:
        return Behaviour()
    try:
        return read_as(Behaviour, read_source(path))
    except UnusableFlow as error:
        raise CampaignError(str(error)) from None


def _rules(flows_dir: Path) -> Rulebook:
    try:
        return read_rulebook(flows_dir / RULES)
    except UnusableFlow as error:
        raise CampaignError(str(error)) from None


def _segments(campaign: CampaignSettings, rules: Rulebook) -> tuple[Segment, ...]:
    country = campaign.country
    if country not in rules.countries:
        raise CampaignError(
            f"the campaign has no country with contact rules: write country: one of "
            f"{', '.join(sorted(rules.countries))}, or segments in a --behaviour file"
        )
    places = rules.countries[country].zones.places
    return tuple(
        Segment(country=country, region=None if regions == "everywhere" else regions[0], time_zone=zone)
        for zone, regions in places.items()
    )


def _ways(compare: Sequence[str]) -> list[dict[str, Any]]:
    """Every combination of what is to be compared; one that changes nothing where nothing is."""
    told_of = [one.partition("=") for one in compare]
    if bad := [one for one, (name, _, values) in zip(compare, told_of, strict=True) if not (name and values)]:
        raise CampaignError(f"{bad[0]!r} compares nothing: write --compare lines=10,20,40")
    choices = [[(name, yaml.safe_load(value)) for value in values.split(",")] for name, _, values in told_of]
    return [dict(one) for one in product(*choices)]


def _with(campaign: CampaignSettings, changed: Mapping[str, Any], country: str) -> CampaignSettings:
    """The campaign, changed, and able to dial."""
    plain = campaign.model_dump(mode="json", exclude_unset=True)
    plain.setdefault("caller_ids", [STAND_IN])
    plain.setdefault("trunk", "simulated")
    for name, value in changed.items():
        inner = plain
        *parents, last = name.split(".")
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
    try:
        return CampaignSettings.model_validate(plain)
    except ValidationError as error:
        told_of = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {in_words(one, CampaignSettings)}" for one in error.errors()
        )
        raise CampaignError(f"a comparison cannot be tried: {told_of}") from None
