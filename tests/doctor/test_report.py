from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from voicebot.doctor.checks import CHECKS
from voicebot.doctor.report import look_at_everything, show, to_json
from voicebot.doctor.verdict import Outcome, Result, all_well, fails, ok, skipped, warning

RESULTS = [
    Result("clock", warning("nobody keeps it right", "apt install chrony")),
    Result("Asterisk", fails("401 [Unauthorized]", "set the password")),
    Result("modules", skipped("needs `Asterisk`, which fails")),
    Result("echo", skipped("needs `Asterisk`, which fails")),
]


def printed(results: list[Result]) -> str:
    console = Console(width=100)
    with console.capture() as capture:
        show(results, console)
    return capture.get()


def test_people_read_what_was_found_and_what_to_do() -> None:
    lines = [line.rstrip() for line in printed(RESULTS).splitlines()]
    assert lines == [
        "warning  clock     nobody keeps it right",
        "                   -> apt install chrony",
        "fails    Asterisk  401 [Unauthorized]",
        "                   -> set the password",
        "skipped  modules   needs `Asterisk`, which fails",
        "         echo",
        "1 of 4 checks fail, 1 warning",
    ]


def test_warnings_do_not_spoil_it() -> None:
    fine = [Result("python", ok("3.11")), RESULTS[0]]
    assert all_well(fine)
    assert "All is well, 1 warning" in printed(fine)
    assert not all_well(RESULTS)


def test_machines_read_the_same() -> None:
    told = json.loads(to_json(RESULTS))
    assert told["all_well"] is False
    assert told["checks"][1] == {
        "name": "Asterisk",
        "outcome": "fails",
        "finding": "401 [Unauthorized]",
        "advice": "set the password",
    }


def test_every_check_needs_only_those_that_run_before_it_and_has_advice() -> None:
    seen: dict[str, bool] = {}
    for check in CHECKS:
        assert all(name in seen and not seen[name] for name in check.needs), check.name
        assert check.advice
        seen[check.name] = check.alone
    assert len(seen) == len(CHECKS)


async def test_settings_that_cannot_be_read_are_told_and_nothing_else_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "voicebot.yaml"
    file.write_text("audiosocket: {port: many}\nari: {password: x}\n")
    python, settings, *rest = await look_at_everything(file)
    assert python.verdict.outcome is Outcome.OK
    assert settings.verdict.outcome is Outcome.FAILS
    assert "set VOICEBOT_ARI__PASSWORD in the environment" in settings.verdict.finding
    assert {result.verdict for result in rest} == {skipped("needs `settings`, which fails")}


@pytest.mark.parametrize("text", ["audiosocket: {port: many}", "colour: red"])
async def test_a_setting_that_is_wrong_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "voicebot.yaml"
    file.write_text(text)
    _, settings, *_ = await look_at_everything(file)
    assert text.partition(":")[0] in settings.verdict.finding
    assert settings.verdict.advice
