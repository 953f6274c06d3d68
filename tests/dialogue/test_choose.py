"""A way that hangs on what is known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.small import call, small
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.language.flow import Flow

VERIFIED = ("yes", "four three two one")


def with_choice(*options: dict[str, str], otherwise: str = "bored") -> Flow:
    """An amount is sized up before it is read back."""
    changes: dict[str, Any] = {
        "amount": {"collected": "size_up"},
        "size_up": {"choose": list(options), "otherwise": otherwise},
    }
    return small({"states": changes})


ENOUGH = {"when": "amount >= 50% of balance and pay_on is known", "then": "read_back"}


def test_the_first_condition_that_holds_shows_the_way() -> None:
    flow = with_choice(ENOUGH, {"when": "amount >= 100", "then": "human"})
    assert call(*VERIFIED, "three hundred dollars on friday", flow=flow)[0].state == "read_back"
    assert call(*VERIFIED, "two hundred dollars on friday", flow=flow)[0].state == "human"
    assert call(*VERIFIED, "ten dollars on friday", flow=flow)[0].state == "bored"


def test_every_option_is_followed_by_the_proofs() -> None:
    flow = with_choice(ENOUGH, {"when": "amount < 10", "then": "record"})
    told = "\n".join(fault.message for fault in prove(flow))
    assert "a promise is recorded, but 'amount' was not read back" in told
    assert "size_up -amount < 10-> record" in told


def test_an_option_that_cannot_hold_is_no_way_for_the_proofs() -> None:
    flow = with_choice(ENOUGH, {"when": "not verified", "then": "record"}, otherwise="human")
    assert not any("recorded" in fault.message for fault in prove(flow))


def test_what_may_not_be_known_is_not_compared() -> None:
    flow = with_choice({"when": "pay_on <= today + 7 days", "then": "bored"}, otherwise="human")
    assert "'pay_on' may not be known here: write 'pay_on is known and ...'" in str(prove(flow))


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("amount > today", "compares money with date"),
        ("last4 > 5", "compares digits with money"),
        ("nobody = 'Ana'", "there is no fact 'nobody'"),
        ("paid_on is known", "there is no slot 'paid_on': did you mean 'pay_on'?"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_told(when: str, told: str) -> None:
    assert told in str(lint(with_choice(ENOUGH, {"when": when, "then": "bored"})))


def test_a_state_may_go_nowhere_for_ever_by_its_choices() -> None:
    flow = with_choice(ENOUGH, otherwise="size_up")
    assert any("goes round for ever" in fault.message for fault in prove(flow))
