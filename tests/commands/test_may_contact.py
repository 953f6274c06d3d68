from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.contact.stage import NEW_YORK, SANTIAGO, local, person, shipped
from tests.store.portfolio import NUMBER as TELEPHONE
from tests.store.portfolio import a_campaign, a_portfolio
from voicebot.commands.may_contact import Answer, Question, answer, explain, explain_account
from voicebot.commands.suppressions import add_suppression
from voicebot.contact import Channel, History, Person
from voicebot.errors import AccountError, NumberError
from voicebot.records import open_records
from voicebot.settings import Settings, load_settings
from voicebot.store.campaign_tables import persons

NUMBER = "+56223456789"
SUNDAY = datetime.fromisoformat("2026-11-22T12:00")
MONDAY = local("2026-11-23 12:00", SANTIAGO)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(var_dir=tmp_path / "var")


def told_at(at: datetime, who: Person) -> Answer:
    return answer(who, None, Channel.VOICE, at, History(), shipped())


def test_a_no_is_told_with_its_law_and_the_next_moment_by_the_clock_of_the_person() -> None:
    sunday = told_at(SUNDAY, person("CL", "RM"))
    assert str(sunday) == (
        "No: It is outside of the hours in which people are contacted where the person is.\n"
        "  rule  CL.hours (Ley 19.496 art. 37, CPC art. 59)\n"
        "  there Sun 2026-11-22 12:00 America/Santiago\n"
        "  next  Mon 2026-11-23 08:00 America/Santiago"
    )
    assert sunday.facts()["next_allowed_at"] == "2026-11-23T11:00:00+00:00"


def test_a_no_that_only_people_can_change_says_so() -> None:
    told = str(told_at(SUNDAY, person("US", "CA", consents=())))
    assert told.startswith("No: No consent is on record")
    assert told.endswith("next  when a person has changed that")


def test_country_without_rules_has_no_clock_to_tell_by() -> None:
    nowhere = told_at(SUNDAY, person("FR"))
    assert nowhere.at == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert str(nowhere).startswith("No: The person's country")


async def test_whoever_agreed_to_an_artificial_voice_is_called(settings: Settings) -> None:
    asked = Question("US", "CA", at=SUNDAY)
    assert (await explain(settings, asked)).verdict.reason == "no_consent"
    assert (await explain(settings, replace(asked, consented=True))).verdict.allowed


async def test_suppressed_number_is_no_matter_of_time(settings: Settings) -> None:
    question = Question("CL", "RM", "2 2345 6789", at=MONDAY)
    assert (await explain(settings, question)).verdict.allowed
    await add_suppression(settings, NUMBER, "CL", "all", "letter")
    assert (await explain(settings, question)).verdict.reason == "suppressed"


async def test_what_is_no_country_is_refused(settings: Settings) -> None:
    with pytest.raises(NumberError, match="'Chile' is no country"):
        await explain(settings, Question("Chile"))


async def test_account_is_told_of_by_campaign_and_telephone_with_all_that_is_on_record(
    settings: Settings,
) -> None:
    async with open_records(settings) as store:
        await a_campaign(store.database)
        await a_portfolio(store.database, 1)
        async with store.database.engine.begin() as sql:
            await sql.execute(update(persons).values(country="US", region="NY"))
    noon = local("2026-11-23 12:00", NEW_YORK)
    (told,) = await explain_account(settings, "a1", Channel.SMS, noon)
    assert (told.about, told.verdict.allowed) == (f"november, {TELEPHONE.format(1)}", True)
    (told,) = await explain_account(settings, "a1", Channel.VOICE, noon)
    assert told.verdict.reason == "no_consent"
    await add_suppression(settings, TELEPHONE.format(1), "US", "all", "letter")
    (told,) = await explain_account(settings, "a1", Channel.SMS, noon)
    assert told.verdict.reason == "suppressed"


async def test_account_in_no_campaign_is_told_so(settings: Settings) -> None:
    with pytest.raises(AccountError, match="no telephone in any campaign"):
        await explain_account(settings, "a1", Channel.VOICE, None)


def test_the_command_exits_by_its_answer() -> None:
    words = ["may-contact", "CL", "--region", "RM", "--at", "2026-11-22T12:00", "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "voicebot", *words], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, json.loads(ran.stdout)[0]["rule"]) == (3, "CL.hours")
