from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.telephony.trunk import Trunk, TrunkSettings


def trunk(max_calls: int = 100, calls_per_second: float = 100.0) -> Trunk:
    return Trunk(TrunkSettings(max_calls=max_calls, calls_per_second=calls_per_second))


def test_a_full_trunk_waits_for_a_line_to_be_released() -> None:
    small = trunk(max_calls=2)
    small.reserve(0.0)
    small.reserve(0.0)
    assert (small.wait_seconds(1000.0), small.free_lines) == (inf, 0)
    small.release()
    assert small.wait_seconds(1000.0) == 0.0


def test_no_more_dials_begin_in_any_second_than_allowed() -> None:
    slow = trunk(calls_per_second=2)
    slow.reserve(0.0)
    slow.reserve(0.7)
    assert slow.wait_seconds(0.75) == pytest.approx(0.25)
    slow.reserve(1.0)
    assert slow.wait_seconds(1.0) == pytest.approx(0.7)


def test_a_rate_below_one_a_second_is_one_dial_in_a_longer_time() -> None:
    rare = trunk(calls_per_second=0.25)
    rare.reserve(0.0)
    assert rare.wait_seconds(1.0) == 3.0


@given(st.lists(st.tuples(st.floats(0.0, 2.0), st.booleans()), max_size=80))
def test_whatever_comes_the_limits_hold(steps: list[tuple[float, bool]]) -> None:
    limited, now, starts, taken = trunk(max_calls=5, calls_per_second=3), 0.0, list[float](), 0
    for pause, hangs_up in steps:
        now += pause
        if hangs_up and taken:
            limited.release()
            taken -= 1
        elif limited.wait_seconds(now) == 0.0:
            limited.reserve(now)
            starts.append(now)
            taken += 1
        assert taken == limited.taken <= 5
    for first, fourth in zip(starts, starts[3:], strict=False):
        assert fourth - first >= 1.0 - 1e-9


@given(st.integers(1, 100), st.integers(1, 16))
def test_the_shares_of_all_processes_are_the_trunk(lines: int, count: int) -> None:
    trunk = TrunkSettings(max_calls=lines, calls_per_second=10.0)
    shares = [trunk.share(number, count) for number in range(1, count + 1)]
    assert sum(share.max_calls for share in shares) == lines
    assert sum(share.calls_per_second for share in shares) == pytest.approx(10.0)
