from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.caller_ids import Called, CallerId, caller_id, serves

SANTIAGO = CallerId(number="+56221234567", countries=("CL",))
VALDIVIA = CallerId(number="+56631234567", countries=("CL",), regions=("LR",))
BOSTON = CallerId(number="+16175550100", countries=("US",), per_day=2)
CHICAGO = CallerId(number="+13125550100", countries=("US",))
POOL = (SANTIAGO, VALDIVIA, BOSTON, CHICAGO)


def shown(person: str = "P-1", *, used: dict[str, int] | None = None, **more: str) -> CallerId | None:
    return caller_id(POOL, Called(person, **more), used or {})


def test_people_see_a_number_of_their_country() -> None:
    assert shown(country="CL") == SANTIAGO
    assert shown(country="US") in (BOSTON, CHICAGO)


def test_a_number_of_their_region_comes_first() -> None:
    assert shown(country="CL", region="LR") == VALDIVIA


def test_nobody_is_shown_a_number_of_another_country() -> None:
    assert shown(country="MX") is None
    assert not serves(POOL, "MX")
    assert serves([CallerId(number="+16175550100")], "MX")


def test_whoever_saw_a_number_sees_it_again() -> None:
    for number in (BOSTON, CHICAGO):
        assert shown(country="US", shown_before=number.number) == number


def test_a_number_that_has_had_its_calls_is_not_exchanged_for_another_with_those_who_know_it() -> None:
    used = {BOSTON.number: 2}
    assert shown(country="US", used=used, shown_before=BOSTON.number) is None
    assert shown(country="US", used=used) == CHICAGO


def test_a_number_that_is_no_longer_ours_is_replaced() -> None:
    assert shown(country="CL", shown_before="+56990000000") == SANTIAGO


def test_people_are_spread_over_the_pool() -> None:
    seen = Counter(str(shown(f"P-{number}", country="US")) for number in range(1000))
    assert all(400 < times < 600 for times in seen.values())


def test_a_number_more_changes_what_others_see_for_none_but_those_who_see_it() -> None:
    more = CallerId(number="+12125550100", countries=("US",))
    for number in range(200):
        called = Called(f"P-{number}", "US")
        before, after = caller_id(POOL, called, {}), caller_id((*POOL, more), called, {})
        assert after in (before, more)


@pytest.mark.parametrize("number", ["anonymous", "", "16175550100", "+1", "+1 617 555 0100"])
def test_a_number_that_is_none_is_no_caller_id(number: str) -> None:
    with pytest.raises(ValueError, match="no number to show"):
        CallerId(number=number)


@given(
    person=st.text(max_size=20),
    used=st.dictionaries(st.sampled_from([n.number for n in POOL]), st.integers(0, 5)),
)
def test_what_is_shown_is_ours_for_their_country_within_its_cap_and_always_the_same(
    person: str, used: dict[str, int]
) -> None:
    first, second = shown(person, used=used, country="US"), shown(person, used=used, country="US")
    assert first == second
    assert first in (BOSTON, CHICAGO)
    assert not first.per_day or used.get(first.number, 0) < first.per_day
