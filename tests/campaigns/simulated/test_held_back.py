from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.campaigns.simulated.test_simulation import OFFICE, ONCE_A_DAY, a_simulation
from voicebot.campaigns.choosing import CALLER_ID_FULL
from voicebot.campaigns.queue import Postpone
from voicebot.campaigns.simulated.held_back import HeldBack

EVENING = datetime(2026, 11, 23, 22, 0, 20, tzinfo=UTC)
MORNING = Postpone(EVENING + timedelta(hours=14), "outside_hours")
WEEKLY = {"weekly": {**ONCE_A_DAY["once"], "at_most": 2, "within": "week"}}
ROLLING = {"rolling": {**ONCE_A_DAY["once"], "at_most": 2, "within": "3 days"}}


def held_back() -> HeldBack:
    """Contacts 0 and 1 are of one kind, 2 of another; all wait and are due once more."""
    it = HeldBack(np.array([0, 0, 1]))
    for contact in range(3):
        it.postponed(contact, EVENING - timedelta(days=1), MORNING)
    return it


def test_one_answer_holds_back_all_of_a_kind() -> None:
    it = held_back()
    it.postponed(0, EVENING, MORNING)
    assert [it.known(contact, EVENING) for contact in range(3)] == [MORNING, MORNING, None]


def test_the_rules_are_asked_anew_in_the_next_minute() -> None:
    it = held_back()
    it.postponed(0, EVENING, MORNING)
    assert it.known(1, EVENING + timedelta(seconds=39)) == MORNING
    assert it.known(1, EVENING + timedelta(seconds=40)) is None


def test_whoever_was_just_called_is_asked_about_and_answers_for_nobody_else() -> None:
    it = held_back()
    it.dialled(0)
    it.postponed(0, EVENING, MORNING)
    assert it.known(1, EVENING) is None
    it.dialled(1)
    it.postponed(0, EVENING, MORNING)
    assert it.known(1, EVENING) is None


def test_a_caller_id_that_is_full_is_full_for_one() -> None:
    it = held_back()
    it.postponed(0, EVENING, Postpone(MORNING.until, CALLER_ID_FULL))
    assert it.known(1, EVENING) is None


@pytest.mark.parametrize(
    "told",
    [
        {"limits": ONCE_A_DAY},
        {"limits": WEEKLY},
        {"limits": ROLLING, "changes": {"lines": 20, "pacing": {"mode": "power", "ratio": 1.5}}},
        {"changes": {"caller_ids": [{"number": f"+5622123456{last}", "per_day": 90} for last in range(2)]}},
    ],
)
def test_a_campaign_comes_to_the_same_as_when_everybody_is_asked_about(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def result() -> Any:
        rules = {**OFFICE, "limits": told.get("limits", {})}
        changes = {"lines": 2, **told.get("changes", {})}
        return a_simulation(contacts=600, rules=rules, days=8, **changes).run()

    fast = result()
    monkeypatch.setattr(HeldBack, "known", lambda *_: None)
    assert fast == result()
    assert fast.blocks["outside_hours"]
