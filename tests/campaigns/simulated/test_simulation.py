from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.campaigns.scene import ALWAYS, SOURCE, WRITTEN
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.law import Law
from voicebot.campaigns.simulated.behaviour import Behaviour, Segment
from voicebot.campaigns.simulated.result import Simulated
from voicebot.campaigns.simulated.simulation import Simulation
from voicebot.contact import Rulebook
from voicebot.contact.rules import ContactRules

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SANTIAGO = ZoneInfo("America/Santiago")
CHILE = (Segment(country="CL", time_zone="America/Santiago"),)
OFFICE = {"hours": {"windows": {"mon-fri": "10:00-12:00"}, **SOURCE}}
ONCE_A_DAY = {
    "once": {
        "counts": "attempts",
        "channels": "voice",
        "at_most": 1,
        "within": "day",
        **SOURCE,
    }
}


def a_simulation(
    contacts: int = 200,
    days: int = 7,
    rules: dict[str, Any] | None = None,
    behaviour: dict[str, Any] | None = None,
    seed: int = 1,
    **changes: Any,
) -> Simulation:
    law = Law(Rulebook({"CL": ContactRules.model_validate({**ALWAYS, **(rules or {})})}))
    settings = CampaignSettings.model_validate({**WRITTEN, **changes})
    people = Behaviour.model_validate(behaviour or {})
    return Simulation(settings, people, law, CHILE, contacts=contacts, days=days, start=MONDAY, seed=seed)


def simulated(**told: Any) -> Simulated:
    return a_simulation(**told).run()


def test_the_same_seed_has_the_same_luck() -> None:
    assert simulated(seed=7) == simulated(seed=7)
    assert simulated(seed=7) != simulated(seed=8)


def test_everybody_is_in_one_state() -> None:
    result = simulated(contacts=300)
    assert sum(result.states.values()) == 300
    assert sum(result.dispositions.values()) <= result.dials


def test_nobody_is_dialled_outside_of_the_hours_or_more_often_than_the_rules_allow() -> None:
    it = a_simulation(rules={**OFFICE, "limits": ONCE_A_DAY}, lines=50)
    result = it.run()
    assert result.blocks["outside_hours"]
    for contact in range(200):
        moments = [at.astimezone(SANTIAGO) for at, _ in it.people.attempts(contact)]
        assert all(10 <= moment.hour < 12 and moment.weekday() < 5 for moment in moments)
        assert len({moment.date() for moment in moments}) == len(moments)


def test_four_lines_dial_four_times_as_often_as_one() -> None:
    few, many = (simulated(rules=OFFICE, lines=lines, days=1, contacts=2000) for lines in (1, 4))
    assert 3.5 < many.dials / few.dials < 4.5


def test_a_bot_for_every_line_abandons_nobody() -> None:
    assert simulated(lines=5).abandoned == 0


def test_dialling_ahead_abandons_some_until_the_guard_says_stop() -> None:
    always = {"answer": [0.9] * 24, "spread": 0.0, "invalid": 0.0}
    power = {"mode": "power", "ratio": 3.0}
    ahead = simulated(lines=10, contacts=2000, days=1, behaviour=always, pacing=power)
    assert 0 < ahead.abandon_rate < 0.05


def test_who_has_not_agreed_is_held_for_a_person_where_consent_is_needed() -> None:
    needed = {"consent": {"ai_voice": {"channels": "voice", **SOURCE}}}
    result = simulated(rules=needed, behaviour={"consent": 0.0})
    assert (result.dials, result.states["held"], result.blocks["no_consent"]) == (0, 200, 200)


def test_broken_promises_are_followed_up_where_the_campaign_says_so() -> None:
    willing = {"outcomes": {"RPC_PROMISE": 1.0}, "kept": 0.0, "days_to_pay": 0.0, "answer": [0.9] * 24}
    told = simulated(behaviour=willing, follow_up={"flow": "broken_promise"}, days=10)
    assert told.broken == told.followed_up > 0
    assert simulated(behaviour=willing, days=10).followed_up == 0


def test_dead_telephones_are_dialled_once() -> None:
    it = a_simulation(behaviour={"invalid": 1.0, "wrong": 0.0, "phones": 2})
    result = it.run()
    assert (result.dials, result.states["closed"]) == (400, 200)


def test_progress_goes_up_to_all_of_it() -> None:
    shares = list[float]()
    a_simulation(contacts=50).run(shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"machine": 0.9, "busy": 0.2},
        {"invalid": 0.6, "wrong": 0.5},
        {"outcomes": {}},
        {"outcomes": {"RPC_PROMISE": -1.0}},
        {"answer": [0.1] * 23},
    ],
)
def test_people_who_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Behaviour.model_validate(wrong)


def test_nobody_is_dialled_after_the_last_day() -> None:
    result = simulated(days=1, contacts=1000)
    assert result.busy_until is not None
    assert result.busy_until <= MONDAY + timedelta(days=1)
