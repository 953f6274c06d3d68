"""What flows may agree to, whatever callers say and type, and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.test_shipped import call, script
from voicebot.dialogue.actions import Action, RecordPromise
from voicebot.dialogue.events import CallerSaid, DialogueEvent, KeysPressed, PromiseNotRecorded
from voicebot.dialogue.language.quantity import share_in_coins
from voicebot.disposition import PromiseToPay

BALANCE = Decimal(500)
Fits = Callable[[PromiseToPay, timedelta], bool]
"""Whether a promise, so long from today, is one that the flow may take."""


def fits_past_due(promise: PromiseToPay, ahead: timedelta) -> bool:
    if promise.instalments > 1:
        part = share_in_coins(BALANCE, promise.instalments, "USD")
        return promise.instalments <= 6 and promise.amount == part and timedelta(0) <= ahead <= timedelta(30)
    longest = timedelta(30) if promise.amount >= BALANCE / 2 else timedelta(15)
    return BALANCE / 5 <= promise.amount <= BALANCE and timedelta(0) <= ahead <= longest


def fits_broken_promise(promise: PromiseToPay, ahead: timedelta) -> bool:
    return BALANCE / 5 <= promise.amount <= BALANCE and timedelta(0) <= ahead <= timedelta(10)


def fits_upcoming_payment(promise: PromiseToPay, ahead: timedelta) -> bool:
    return 0 < promise.amount <= BALANCE and timedelta(0) <= ahead <= timedelta(7 + 15)


# On both sides of each bound.
AMOUNTS = st.sampled_from(
    ["all of it", "half of it", "99 dollars", "100 dollars", "249 dollars", "200 dollars"]
)
DAYS = st.sampled_from(
    ["yesterday", "today", *(f"in {days} days" for days in (10, 11, 15, 16, 22, 23, 30, 31))]
)
OFFERS = st.one_of(AMOUNTS, DAYS, st.builds("{} {}".format, AMOUNTS, DAYS)).flatmap(
    lambda offer: st.sampled_from([offer, f"no, {offer}"])
)
ANSWERS: st.SearchStrategy[DialogueEvent] = st.one_of(
    OFFERS.map(CallerSaid),
    st.sampled_from(["yes", "yes", "no"]).map(CallerSaid),
    st.sampled_from(["in three payments", "six payments", "seven payments", "a plan"]).map(CallerSaid),
    st.sampled_from(["1", "2", "99#", "100#", "1208", "1209", "1223", "1224"]).map(KeysPressed),
    st.just(PromiseNotRecorded()),
)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("past_due", fits_past_due),
        ("broken_promise", fits_broken_promise),
        ("upcoming_payment", fits_upcoming_payment),
    ],
)
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["purple", "200 dollars today"]), st.lists(ANSWERS, max_size=8))
def test_nothing_is_agreed_to_beyond_the_bounds(
    name: str, fits: Fits, first: str, answers: list[DialogueEvent]
) -> None:
    conversation = call(name, "en")
    actions: list[Action] = conversation.start()
    for happened in [KeysPressed("1"), KeysPressed("4321"), CallerSaid(first), *answers]:
        actions += conversation.handle(happened)
    promised = [action.promise for action in actions if isinstance(action, RecordPromise)]
    assert all(fits(promise, promise.date - script(name).today) for promise in promised)
