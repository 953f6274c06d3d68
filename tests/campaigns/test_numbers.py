from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.numbers import NumberState, Phone, after_attempt, next_phone
from voicebot.disposition import Disposition

HOME, WORK, MOBILE = Phone("+15550000001"), Phone("+15550000002"), Phone("+15550000003")
DEAD = Phone("+15550000004", NumberState.INVALID)


@pytest.mark.parametrize(
    ("phones", "last", "stays", "following"),
    [
        ((HOME, WORK), "", False, HOME),  # the first attempt
        ((HOME, WORK, MOBILE), HOME.e164, False, WORK),
        ((HOME, WORK, MOBILE), MOBILE.e164, False, HOME),  # round again
        ((HOME, WORK), HOME.e164, True, HOME),  # it was busy
        ((DEAD, WORK), DEAD.e164, False, WORK),
        ((DEAD, WORK), DEAD.e164, True, WORK),
        ((HOME, DEAD), HOME.e164, False, HOME),
        ((DEAD,), DEAD.e164, False, None),
        ((), "", False, None),
        ((Phone(HOME.e164, misses=6), WORK), WORK.e164, False, WORK),  # the tired one last
        ((Phone(HOME.e164, misses=6), Phone(WORK.e164, misses=7)), WORK.e164, False, HOME),
    ],
)
def test_the_next_telephone(
    phones: tuple[Phone, ...], last: str, stays: bool, following: Phone | None
) -> None:
    assert next_phone(phones, last, stays=stays, tired_after=6) == (following and following.e164)


@pytest.mark.parametrize(
    ("disposition", "state", "misses"),
    [
        (Disposition.SIT_INVALID, NumberState.INVALID, 2),
        (Disposition.WRONG_PARTY, NumberState.WRONG, 2),
        (Disposition.FAX, NumberState.FAX, 2),
        (Disposition.NO_ANSWER, NumberState.GOOD, 3),
        (Disposition.BUSY, NumberState.GOOD, 2),
        (Disposition.CARRIER_ERROR, NumberState.GOOD, 2),
        (Disposition.THIRD_PARTY, NumberState.GOOD, 0),
    ],
)
def test_what_an_attempt_tells_of_a_number(disposition: Disposition, state: NumberState, misses: int) -> None:
    assert after_attempt(Phone("+1", misses=2), disposition) == Phone("+1", state, misses)


@given(
    phones=st.lists(
        st.builds(Phone, st.integers(1, 9).map(lambda n: f"+{n}"), st.sampled_from(NumberState)),
        unique_by=lambda phone: phone.e164,
    ),
    last=st.integers(0, 9).map(lambda n: f"+{n}"),
    stays=st.booleans(),
)
def test_a_dead_number_is_never_next(phones: list[Phone], last: str, stays: bool) -> None:
    chosen = next_phone(phones, last, stays=stays, tired_after=6)
    assert (chosen is None) == all(phone.dead for phone in phones)
    assert chosen not in [phone.e164 for phone in phones if phone.dead]
