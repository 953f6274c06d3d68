from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from voicebot.dialogue.reading.loader import load_flow
from voicebot.doctor.installation import (
    check_facts,
    check_flows,
    check_secrets,
    inbound_flows,
    judge_python,
    judge_secrets,
    needed_secrets,
    queues_of,
)
from voicebot.doctor.verdict import Outcome
from voicebot.settings import CHECKOUT_FLOWS, load_settings

EXAMPLE = CHECKOUT_FLOWS.parent / "docs" / "voicebot.example.yaml"


def test_python_is_tested_new_or_too_old() -> None:
    assert judge_python((3, 11, 2)).outcome is Outcome.OK
    assert judge_python((3, 13, 0)).outcome is Outcome.OK
    assert judge_python((3, 15, 0)).outcome is Outcome.WARNING
    old = judge_python((3, 10, 9))
    assert old.outcome is Outcome.FAILS
    assert "install Python 3.11" in old.advice


async def test_the_example_is_in_order() -> None:
    settings = load_settings(EXAMPLE)
    flows = await check_flows(settings)
    assert flows.outcome is Outcome.OK
    assert flows.finding.startswith("payment_reminder ")
    assert (await check_facts(settings)).outcome is Outcome.OK
    assert (await check_secrets(settings)).outcome is Outcome.OK


async def test_a_flow_that_is_not_there_or_broken_is_named(tmp_path: Path) -> None:
    settings = load_settings(flows_dir=tmp_path)
    missing = await check_flows(settings)
    assert missing.outcome is Outcome.FAILS
    assert "payment_reminder.yaml" in missing.finding
    (tmp_path / "payment_reminder.yaml").write_text("id: payment_reminder\nstaats: {}\n")
    broken = await check_flows(settings)
    assert "payment_reminder.yaml:2:1: unknown key 'staats': did you mean 'states'?" in broken.finding
    assert "voicebot check" in broken.advice


async def test_facts_that_are_missing_are_named_and_where_to_write_them() -> None:
    verdict = await check_facts(load_settings())
    assert verdict.outcome is Outcome.FAILS
    assert "first_name: missing" in verdict.finding
    assert "inbound.facts" in verdict.advice


FACTS = {"first_name": "Ana", "last4": "4729", "agency": "Example", "creditor": "Bank", "balance": "5.00"}
WHOLE = {**FACTS, "currency": "USD", "due_date": "2026-11-12"}


async def test_a_route_that_lacks_facts_is_told_by_its_number() -> None:
    inbound = {"facts": WHOLE, "routes": {"15550100": {"language": "es", "facts": FACTS}}}
    verdict = await check_facts(load_settings(inbound=inbound))
    assert verdict.outcome is Outcome.FAILS
    assert verdict.finding.startswith("inbound.routes.15550100: flow payment_reminder cannot start")
    assert "currency: missing" in verdict.finding


async def test_a_route_in_a_language_without_a_voice_fails() -> None:
    settings = load_settings(
        inbound={"facts": WHOLE, "routes": {"1": {"language": "es", "facts": WHOLE}}},
        tts={"voices": {"en": "en-us"}},
    )
    verdict = await check_facts(settings)
    assert (verdict.outcome, "tts.voices" in verdict.finding) == (Outcome.FAILS, True)


def test_the_flows_of_all_routes_and_strangers_are_looked_at() -> None:
    settings = load_settings(
        flows_dir=Path("flows"),
        inbound={"routes": {"1": {"flow": "a", "stranger": "b"}, "2": {"flow": "a"}}},
    )
    assert [path.name for path in inbound_flows(settings)] == ["payment_reminder.yaml", "a.yaml", "b.yaml"]


def test_a_flow_names_its_queues() -> None:
    assert "negotiators" in queues_of(load_flow(CHECKOUT_FLOWS / "payment_reminder.yaml"))


LONG = "0f" * 16


@pytest.mark.parametrize(
    ("secrets", "needed", "outcome", "told"),
    [
        ({"A": LONG, "B": ""}, {"A"}, Outcome.OK, "set: A"),
        ({"A": "", "B": ""}, set[str](), Outcome.OK, "none is needed"),
        ({"A": "CHANGE-ME", "B": LONG}, {"A"}, Outcome.FAILS, "still a placeholder: A"),
        ({"A": "", "B": LONG}, {"A", "B"}, Outcome.FAILS, "not set: A"),
        ({"A": "secret", "B": LONG}, {"A"}, Outcome.WARNING, "shorter than 16 characters: A"),
    ],
)
def test_passwords_are_set_where_needed_and_no_placeholders(
    secrets: dict[str, str], needed: set[str], outcome: Outcome, told: str
) -> None:
    verdict = judge_secrets(secrets, needed)
    assert (verdict.outcome, verdict.finding) == (outcome, told)
    assert bool(verdict.advice) is (outcome is not Outcome.OK)
    assert "secret" not in verdict.finding


@pytest.mark.parametrize(
    ("written", "needed"),
    [
        ({}, set[str]()),
        ({"ari": {}}, {"VOICEBOT_ARI__PASSWORD", "VOICEBOT_MEDIA__PASSWORD"}),
        ({"ari": {}, "telephony": {"media": "ulaw"}}, {"VOICEBOT_ARI__PASSWORD"}),
        ({"ari": {}, "media": {"username": ""}}, {"VOICEBOT_ARI__PASSWORD"}),
    ],
)
def test_passwords_are_needed_once_ari_is_on(written: dict[str, Any], needed: set[str]) -> None:
    assert needed_secrets(load_settings(**written)) == needed


async def test_the_check_finds_every_password_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_ARI__PASSWORD", "CHANGE-ME")
    monkeypatch.setenv("VOICEBOT_MEDIA__PASSWORD", "change-me")
    verdict = await check_secrets(load_settings())
    assert verdict.finding == "still a placeholder: VOICEBOT_ARI__PASSWORD, VOICEBOT_MEDIA__PASSWORD"
