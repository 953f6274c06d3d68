from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicebot.telephony.reconnect import Backoff, ReconnectSettings

SETTINGS = ReconnectSettings(first_seconds=0.5, most_seconds=8.0, stable_seconds=10.0)


def waits(*lived: float) -> list[float]:
    """Longest wait after each connection."""
    state, waited = Backoff(SETTINGS), []
    for seconds in lived:
        state = state.after(seconds)
        waited.append(state.wait_seconds(0.0))
    return waited


def test_the_wait_doubles_up_to_its_ceiling() -> None:
    assert waits(*[0.0] * 7) == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_a_peer_that_accepts_and_closes_is_backed_off_from_too() -> None:
    assert waits(0.1, 0.2, 3.0, 9.9) == [0.5, 1.0, 2.0, 4.0]


def test_after_a_stable_connection_it_begins_anew() -> None:
    assert waits(0.0, 0.0, 0.0, 60.0, 0.0) == [0.5, 1.0, 2.0, 0.5, 1.0]


@given(st.lists(st.floats(0.0, 100.0), max_size=60), st.floats(0.0, 1.0, exclude_max=True))
def test_no_dice_make_the_wait_vanish_or_exceed_the_ceiling(lived: list[float], dice: float) -> None:
    state = Backoff(SETTINGS)
    for seconds in lived:
        state = state.after(seconds)
        longest = state.wait_seconds(0.0)
        assert longest / 2 <= state.wait_seconds(dice) <= longest <= 8.0
        assert state.wait_seconds(dice) >= 0.25


@given(st.lists(st.floats(0.0, 9.9), max_size=60), st.floats(0.0, 1.0, exclude_max=True))
def test_however_soon_a_peer_closes_no_minute_holds_a_storm(lived: list[float], dice: float) -> None:
    state, now, attempts = Backoff(SETTINGS), 0.0, []
    for seconds in lived:
        attempts.append(now)
        state = state.after(seconds)
        now += seconds + state.wait_seconds(dice)
    assert all(sum(begin <= at < begin + 60.0 for at in attempts) <= 18 for begin in attempts)
