"""Plans of payments: worked out, read back, corrected, recorded, and never beyond their bounds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.dialogue.plans import plan_flow
from tests.dialogue.small import call, said
from voicebot.dialogue.actions import RecordPromise
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.events import CallerSaid
from voicebot.disposition import PromiseToPay

VERIFIED = ("yes", "four three two one")
FRIDAY = date(2026, 11, 27)


def test_a_negotiation_within_bounds_is_sound() -> None:
    assert lint(plan_flow()) == []
    assert prove(plan_flow()) == []


def test_payments_cover_the_whole_debt() -> None:
    conversation, actions = call(*VERIFIED, "in three payments", "on friday", flow=plan_flow())
    assert "Three times one hundred sixty six dollars and sixty seven cents" in said(actions)
    assert conversation.handle(CallerSaid("yes")) == [
        RecordPromise(PromiseToPay(Decimal("166.67"), "USD", FRIDAY, whole=True, instalments=3))
    ]


def test_another_number_of_payments_is_another_amount() -> None:
    _, actions = call(*VERIFIED, "in three payments", "on friday", "no, four payments", flow=plan_flow())
    assert said(actions).startswith("Four times one hundred twenty five dollars from Friday")


def test_too_many_payments_are_refused() -> None:
    conversation, actions = call(*VERIFIED, "in twelve payments", flow=plan_flow())
    assert said(actions) == "Six at most. In how many payments?"
    assert conversation.slots == {}


# Three times a half is more than all, and a tenth is less than the least.
@pytest.mark.parametrize("share", ["50% of balance", "balance", "10% of balance"])
def test_what_was_worked_out_wrongly_is_not_recorded(share: str) -> None:
    flow = plan_flow({"work_out": {"set": {"amount": share}, "then": "day"}})
    conversation, actions = call(*VERIFIED, "in three payments", "on friday", "yes", flow=flow)
    assert not any(isinstance(action, RecordPromise) for action in actions)
    assert (conversation.state, conversation.promise) == ("lost", None)
