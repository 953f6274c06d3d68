from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.dayparts import daypart
from voicebot.campaigns.numbers import Phone, after_attempt
from voicebot.campaigns.retry import (
    FINAL,
    NOT_COUNTED,
    CallBack,
    ContactState,
    Next,
    Outcome,
    Over,
    Tried,
    TryAgain,
    after,
    counted_in,
)
from voicebot.campaigns.retry_settings import Retry, RetrySettings
from voicebot.disposition import Disposition

HOME, WORK = "+56221000001", "+56221000002"
SANTIAGO = ZoneInfo("America/Santiago")
TUESDAY = date(2026, 11, 24)
USUAL = RetrySettings()


def at(clock: str, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SANTIAGO)


def follows(
    *dispositions: Disposition,
    clock: str = "10:00",
    phones: Sequence[str] = (HOME, WORK),
    settings: RetrySettings = USUAL,
    earlier: Sequence[Disposition] = (),
    **more: object,
) -> Next:
    """After attempts of one day, the last of them at ``clock``, all on the first telephone."""
    known = {phone: Phone(phone) for phone in phones}
    for disposition in dispositions:
        known[HOME] = after_attempt(known[HOME], disposition)
    outcome = Outcome(dispositions[-1], HOME, "carrier", at(clock), **more)  # type: ignore[arg-type]
    every = [*earlier, *dispositions]
    tried = Tried(tuple(known.values()), counted_in(every), Counter(every), Counter(dispositions))
    return after(outcome, tried, settings, SANTIAGO)


def again(following: Next) -> tuple[str, str]:
    assert isinstance(following, TryAgain)
    local = following.at.astimezone(SANTIAGO)
    days = (local.date() - TUESDAY).days
    return f"{local:%H:%M}" + (f" +{days}" if days else ""), following.phone


BUSY, NO_ANSWER, MACHINE = Disposition.BUSY, Disposition.NO_ANSWER, Disposition.MACHINE


@pytest.mark.parametrize(
    ("dispositions", "clock", "when", "phone"),
    [
        ([BUSY], "10:00", "10:15", HOME),
        ([BUSY, BUSY], "10:15", "11:15", HOME),
        ([BUSY, BUSY, BUSY], "11:15", "08:00 +1", HOME),
        ([NO_ANSWER], "08:00", "12:00", WORK),
        ([NO_ANSWER], "10:00", "14:00", WORK),
        ([NO_ANSWER], "12:30", "17:00", WORK),  # four hours later is still the afternoon
        ([NO_ANSWER], "18:00", "08:00 +1", WORK),  # nobody is called at night
        ([NO_ANSWER, NO_ANSWER], "14:00", "08:00 +1", WORK),  # two a day
        ([NO_ANSWER, NO_ANSWER], "10:00", "12:00 +1", WORK),
        ([Disposition.REJECTED], "10:00", "14:00", WORK),
        ([Disposition.UNREACHABLE], "10:00", "14:00", WORK),
        ([MACHINE], "10:00", "12:00 +1", WORK),
        ([MACHINE], "13:00", "08:00 +1", WORK),
        ([Disposition.THIRD_PARTY], "10:00", "12:00 +1", WORK),
        ([Disposition.HUMAN_NO_RPC], "18:00", "08:00 +1", WORK),
        ([Disposition.RPC_CANT_PAY], "10:00", "08:00 +8", WORK),  # seven whole days of rest
        ([Disposition.RPC_REFUSAL], "10:00", "08:00 +8", WORK),
        ([Disposition.SIT_INVALID], "10:00", "10:01", WORK),
        ([Disposition.WRONG_PARTY], "10:00", "10:01", WORK),
        ([Disposition.FAX], "10:00", "10:01", WORK),
        ([Disposition.RPC_CALLBACK], "10:00", "08:00 +1", HOME),
    ],
)
def test_when_and_where_to_try_again(
    dispositions: list[Disposition], clock: str, when: str, phone: str
) -> None:
    assert again(follows(*dispositions, clock=clock)) == (when, phone)


@pytest.mark.parametrize("disposition", sorted(NOT_COUNTED - {Disposition.BLOCKED_RULE}))
def test_a_failure_of_the_carriers_or_of_ours_is_tried_on_another_trunk_and_not_counted(
    disposition: Disposition,
) -> None:
    following = follows(disposition, settings=RetrySettings(attempts=1))
    assert again(following) == ("10:10", HOME)
    assert isinstance(following, TryAgain)
    assert following.other_than == "carrier"


def test_a_carrier_that_fails_for_ever_ends_it_all_the_same() -> None:
    following = follows(*[Disposition.CARRIER_ERROR] * 10, *[Disposition.TECHNICAL_FAILURE] * 10)
    assert following == Over(ContactState.CLOSED, "20 attempts ended in TECHNICAL_FAILURE")


def test_whoever_may_have_been_on_the_line_when_we_died_is_left_alone_for_the_day() -> None:
    assert again(follows(Disposition.TECHNICAL_FAILURE, interrupted=True)) == ("08:00 +1", HOME)


@pytest.mark.parametrize(
    ("disposition", "state"),
    [
        (Disposition.RPC_PROMISE, ContactState.DONE),
        (Disposition.RPC_PARTIAL_PROMISE, ContactState.DONE),
        (Disposition.RPC_NEGOTIATE_XFER, ContactState.DONE),
        (Disposition.RPC_INFORMED, ContactState.DONE),
        (Disposition.RPC_DISPUTE, ContactState.HELD),
        (Disposition.RPC_ALREADY_PAID, ContactState.HELD),
        (Disposition.BANKRUPT, ContactState.HELD),
        (Disposition.ATTORNEY, ContactState.HELD),
        (Disposition.DECEASED, ContactState.HELD),
        (Disposition.VULNERABLE, ContactState.HELD),
        (Disposition.THREAT, ContactState.HELD),
        (Disposition.LANGUAGE, ContactState.HELD),
        (Disposition.DNC, ContactState.CLOSED),
        (Disposition.OPT_OUT_VOICE, ContactState.CLOSED),
        (Disposition.BLOCKED_RULE, ContactState.CLOSED),
    ],
)
def test_what_ends_a_contact(disposition: Disposition, state: ContactState) -> None:
    following = follows(disposition)
    assert isinstance(following, Over)
    assert following.state is state


def test_after_a_promise_nobody_calls_until_the_money_may_be_there() -> None:
    due = at("23:59", TUESDAY + timedelta(days=5))
    following = follows(Disposition.RPC_PROMISE, promised=due)
    assert isinstance(following, Over)
    assert following.rests_until == due + timedelta(days=1)


def test_whoever_asks_for_a_moment_is_called_at_it_before_all_others() -> None:
    asked = CallBack(at("15:30", TUESDAY + timedelta(days=2)))
    following = follows(Disposition.RPC_CALLBACK, call_back=asked)
    assert again(following) == ("15:30 +2", HOME)
    assert isinstance(following, TryAgain)
    assert following.asked_for


def test_whoever_asks_to_be_called_elsewhere_is_called_there() -> None:
    asked = CallBack(at("15:30"), phone="+56999999999")
    assert again(follows(Disposition.HUMAN_NO_RPC, call_back=asked)) == ("15:30", "+56999999999")


def test_a_telephone_that_the_right_party_names_and_we_do_not_dial_is_for_people() -> None:
    asked = CallBack(at("15:30"), to_check=True)
    following = follows(Disposition.RPC_CALLBACK, call_back=asked)
    assert isinstance(following, Over)
    assert following.state is ContactState.HELD


def test_a_moment_that_has_passed_is_now() -> None:
    asked = CallBack(at("09:00"))
    assert again(follows(Disposition.RPC_CALLBACK, call_back=asked)) == ("10:01", HOME)


def test_an_opt_out_goes_over_a_wish_for_another_call() -> None:
    assert isinstance(follows(Disposition.DNC, call_back=CallBack(at("15:30"))), Over)


def test_no_telephone_is_left() -> None:
    following = follows(Disposition.SIT_INVALID, phones=[HOME])
    assert following == Over(ContactState.CLOSED, "no telephone is left")


def test_enough_is_enough() -> None:
    earlier = [NO_ANSWER] * 10 + [Disposition.CARRIER_ERROR] * 5
    assert isinstance(follows(BUSY, earlier=earlier), TryAgain)
    assert follows(BUSY, earlier=[*earlier, BUSY]) == Over(ContactState.CLOSED, "12 attempts were made")


def test_an_operator_may_be_more_patient() -> None:
    patient = RetrySettings(busy=Retry(minutes=(30,), per_day=0), machine=Retry(days=3))
    assert again(follows(BUSY, BUSY, BUSY, settings=patient)) == ("10:30", HOME)
    assert again(follows(MACHINE, settings=patient)) == ("08:00 +4", WORK)


@pytest.mark.parametrize(
    ("clock", "part"), [("07:59", 3), ("08:00", 0), ("11:59", 0), ("12:00", 1), ("17:00", 2), ("21:00", 3)]
)
def test_the_parts_of_a_day(clock: str, part: int) -> None:
    assert daypart(time.fromisoformat(clock)) == part


ZONES = st.sampled_from(
    ["America/Santiago", "America/New_York", "America/Mexico_City", "Pacific/Chatham", "UTC"]
).map(ZoneInfo)


@given(
    disposition=st.sampled_from(Disposition),
    moment=st.integers(0, 2 * 365 * 86400).map(
        lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
    ),
    zone=ZONES,
    times=st.integers(1, 15),
    interrupted=st.booleans(),
)
def test_every_outcome_has_one_sequel_in_the_future_on_a_telephone_that_lives(
    disposition: Disposition, moment: datetime, zone: ZoneInfo, times: int, interrupted: bool
) -> None:
    phones = (after_attempt(Phone(HOME), disposition), Phone(WORK))
    counts = {disposition: times}
    tried = Tried(phones, counted_in([disposition] * times), counts, counts)
    following = after(
        Outcome(disposition, HOME, "carrier", moment, interrupted=interrupted), tried, USUAL, zone
    )
    match following:
        case TryAgain(at=at, phone=phone):
            assert at > moment
            assert phone not in [known.e164 for known in phones if known.dead]
            if disposition in (Disposition.THIRD_PARTY, MACHINE):
                assert at.astimezone(zone).date() > moment.astimezone(zone).date()
        case Over(state=state):
            assert state in FINAL


@given(st.sampled_from(Disposition))
def test_no_contact_goes_on_for_ever(disposition: Disposition) -> None:
    tried = Tried((Phone(HOME),), 99, {disposition: 99}, {disposition: 1})
    assert isinstance(after(Outcome(disposition, HOME, "carrier", at("10:00")), tried, USUAL), Over)
