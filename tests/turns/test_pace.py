from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.turns.pace import Pace
from voicebot.turns.timing import TurnTiming


def pace_after(*pauses: float, **timing: float) -> Pace:
    pace = Pace(TurnTiming.model_validate(timing))
    for seconds in pauses:
        pace.paused(seconds)
    return pace


def test_of_a_stranger_the_settings_are_believed() -> None:
    assert pace_after().delay == pytest.approx(0.5)


def test_short_pauses_shorten_the_delay_as_far_as_the_settings_let_it() -> None:
    assert pace_after(*[0.11] * 4).delay < 0.42
    assert pace_after(*[0.11] * 30).delay == 0.35


def test_one_long_pause_lengthens_the_delay_and_a_few_hold_it_there() -> None:
    assert 0.6 < pace_after(0.5).delay < 0.8
    assert pace_after(*[0.5] * 4).delay > 0.9


def test_no_caller_is_waited_for_without_end() -> None:
    assert pace_after(*[5.0] * 20).delay == 1.2


def test_a_stop_consonant_is_no_pause() -> None:
    assert pace_after(0.05, 0.09).delay == pytest.approx(0.5)


def test_a_caller_who_calms_down_is_answered_sooner_again() -> None:
    assert pace_after(*[0.6] * 10, *[0.12] * 60).delay < 0.55


def test_a_pace_that_is_not_to_be_learnt_stays() -> None:
    assert pace_after(0.6, 0.6, adaptive=False).delay == 0.5


def test_a_delay_beyond_the_bounds_is_the_operators_own() -> None:
    assert pace_after(endpointing=2.0).delay == pytest.approx(2.0)
    assert pace_after(endpointing=0.2).delay == pytest.approx(0.2)


def test_a_named_delay_is_never_shortened() -> None:
    assert pace_after(*[0.11] * 30).at_least(0.8) == 0.8
    assert pace_after(*[0.5] * 4).at_least(0.8) == 1.2
    assert pace_after(*[0.5] * 4).at_least(2.0) == 2.0


@given(st.lists(st.floats(0, 10), max_size=100))
def test_the_delay_stays_within_its_bounds(pauses: list[float]) -> None:
    assert 0.35 <= pace_after(*pauses).delay <= 1.2
