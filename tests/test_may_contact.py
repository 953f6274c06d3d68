from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contact.stage import SANTIAGO, local, shipped
from voicebot.errors import NumberError
from voicebot.may_contact import Question, answer, explain
from voicebot.settings import Settings, load_settings
from voicebot.suppressions import add_suppression

NUMBER = "+56223456789"
SUNDAY = datetime.fromisoformat("2026-11-22T12:00")
MONDAY = local("2026-11-23 12:00", SANTIAGO)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(var_dir=tmp_path / "var")


def test_a_no_is_told_with_its_law_and_the_next_moment_by_the_clock_of_the_person() -> None:
    told = answer(Question("CL", "RM", at=SUNDAY), NUMBER, (), shipped())
    assert str(told) == (
        "No: It is outside of the hours in which people are contacted where the person is.\n"
        "  rule  CL.hours (Ley 19.496 art. 37, CPC art. 59)\n"
        "  there Sun 2026-11-22 12:00 America/Santiago\n"
        "  next  Mon 2026-11-23 08:00 America/Santiago"
    )
    assert json.loads(told.as_json())["next_allowed_at"] == "2026-11-23T11:00:00+00:00"


def test_a_no_that_only_people_can_change_says_so() -> None:
    told = str(answer(Question("US", "CA", at=SUNDAY), None, (), shipped()))
    assert told.startswith("No: No consent is on record")
    assert told.endswith("next  when a person has changed that")
    assert answer(Question("US", "CA", at=SUNDAY, consented=True), None, (), shipped()).verdict.allowed


def test_country_without_rules_has_no_clock_to_tell_by() -> None:
    told = answer(Question("FR", at=SUNDAY), None, (), shipped())
    assert told.at == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert str(told).startswith("No: The person's country")


async def test_suppressed_number_is_no_matter_of_time(settings: Settings) -> None:
    question = Question("CL", "RM", "2 2345 6789", at=MONDAY)
    assert (await explain(settings, question)).verdict.allowed
    await add_suppression(settings, NUMBER, "CL", "all", "letter")
    assert (await explain(settings, question)).verdict.reason == "suppressed"


async def test_what_is_no_country_is_refused(settings: Settings) -> None:
    with pytest.raises(NumberError, match="'Chile' is no country"):
        await explain(settings, Question("Chile"))


def test_the_command_exits_by_its_answer() -> None:
    words = ["may-contact", "CL", "--region", "RM", "--at", "2026-11-22T12:00", "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "voicebot", *words], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, json.loads(ran.stdout)["rule"]) == (3, "CL.hours")
