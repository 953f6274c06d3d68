"""The examination from the settings file to the last line of the report."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.doctor.checks import CHECKS
from voicebot.doctor.examination import examine
from voicebot.doctor.installation import judge_python
from voicebot.doctor.verdict import Outcome, Result, Verdict, all_well, fails, ok, skipped
from voicebot.errors import SettingsError
from voicebot.settings import Settings, load_settings
from voicebot.telemetry.log import configure_logging
from voicebot.telemetry.settings import LogSettings

STYLES = {Outcome.OK: "green", Outcome.SKIPPED: "dim", Outcome.WARNING: "yellow", Outcome.FAILS: "bold red"}


async def run_doctor(config: Path | None, console: Console, *, as_json: bool) -> bool:
    """Look at everything and tell it; whether all is well."""
    configure_logging(LogSettings(level="error"))  # what matters of the rest is told as a finding
    results = await look_at_everything(config)
    if as_json:
        print(to_json(results))
    else:
        show(results, console)
    return all_well(results)


async def look_at_everything(config: Path | None) -> list[Result]:
    """The results in the order they are told: without settings, nothing else can be looked at."""
    python = Result("python", judge_python(sys.version_info[:3]))
    settings, verdict = read(config)
    if settings is None:
        return [
            python,
            Result("settings", verdict),
            *(Result(check.name, skipped("needs `settings`, which fails")) for check in CHECKS),
        ]
    return [python, Result("settings", verdict), *await examine(CHECKS, settings)]


def read(config: Path | None) -> tuple[Settings | None, Verdict]:
    """The settings, if they can be read."""
    try:
        settings = load_settings(config)
    except SettingsError as error:
        return None, fails(str(error), "correct it; the README says where each setting is described")
    return settings, ok(
        f"{config or 'no file, defaults'}; set: {', '.join(sorted(settings.model_fields_set))}"
    )


# Telling it


def to_json(results: Sequence[Result]) -> str:
    """For machines."""
    checks = [
        {
            "name": result.name,
            "outcome": result.verdict.outcome,
            "finding": result.verdict.finding,
            "advice": result.verdict.advice,
        }
        for result in results
    ]
    return json.dumps({"all_well": all_well(results), "checks": checks}, indent=2, ensure_ascii=False)


def show(results: Sequence[Result], console: Console) -> None:
    """For people."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for verdict, same in groupby(results, key=lambda result: result.verdict):
        table.add_row(*_row(verdict, [result.name for result in same]))
    console.print(table)
    console.print(_sum(results))


def _row(verdict: Verdict, names: Sequence[str]) -> tuple[Text, Text, Text]:
    """One verdict; checks that were skipped for the same reason share it."""
    style = STYLES[verdict.outcome]
    told = Text(verdict.finding, style="dim" if verdict.outcome is Outcome.SKIPPED else "")
    if verdict.advice:
        told.append(f"\n-> {verdict.advice}", style=style)
    return Text(verdict.outcome, style=style), Text("\n".join(names)), told


def _sum(results: Sequence[Result]) -> Text:
    count = {outcome: sum(one.verdict.outcome is outcome for one in results) for outcome in Outcome}
    warnings = f"{count[Outcome.WARNING]} {'warning' if count[Outcome.WARNING] == 1 else 'warnings'}"
    if failing := count[Outcome.FAILS]:
        return Text(f"{failing} of {len(results)} checks fail, {warnings}", style=STYLES[Outcome.FAILS])
    return Text(f"All is well, {warnings}", style=STYLES[Outcome.OK])
