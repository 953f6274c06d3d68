from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.simulated.turns import Turns


def turns(*kinds: list[int]) -> Turns:
    return Turns([np.array(members, dtype=np.int64) for members in kinds])


def take(of: Turns, at: float) -> int | None:
    turn = of.take(at)
    if turn is None:
        return None
    turn.used()
    return turn.contact


def test_everybody_has_a_turn_once() -> None:
    of = turns([0, 2], [1])
    assert sorted(str(take(of, 0.0)) for _ in range(4)) == ["0", "1", "2", "None"]


def test_what_holds_back_one_who_was_never_called_holds_back_all_like_them() -> None:
    of = turns([0, 1, 2], [3])
    turn = of.take(0.0)
    assert turn is not None
    held_back = turn.postpone(3600.0)
    rest = [take(of, 0.0) for _ in range(4 - held_back)]
    assert (held_back, rest) in [(3, [3]), (1, [0, 1, 2])]
    assert take(of, 3599.0) is None
    assert take(of, 3600.0) is not None


def test_who_is_never_to_be_called_is_told_and_gone() -> None:
    of = turns([0, 1])
    turn = of.take(0.0)
    assert turn is not None
    assert turn.close().tolist() == [0, 1]
    assert of.next_moment() is None


def test_nobody_comes_before_their_minute() -> None:
    of = turns([0])
    take(of, 0.0)
    of.put(0, 61.0)
    assert (take(of, 61.0), take(of, 119.0), take(of, 120.0)) == (None, None, 0)


def test_who_asked_for_a_time_goes_first_and_to_the_second() -> None:
    of = turns([0, 1])
    of.put(1, 30.5, asked_for=True)
    assert (take(of, 30.4), take(of, 30.5)) == (0, 1)


def test_a_contact_waits_for_one_moment_only() -> None:
    of = turns([0])
    take(of, 0.0)
    of.put(0, 60.0)
    of.put(0, 120.0)
    assert of.waits(0)
    assert (take(of, 60.0), take(of, 120.0)) == (0, None)


@given(st.lists(st.tuples(st.integers(0, 20), st.floats(0, 10_000)), max_size=40))
def test_turns_come_in_the_order_of_their_minutes(puts: list[tuple[int, float]]) -> None:
    of = turns(list(range(21)))
    while take(of, 0.0) is not None:
        pass
    first: dict[int, float] = {}
    for contact, at in puts:
        first.setdefault(contact, at)
        of.put(contact, at)
    taken = []
    while (following := take(of, 1e9)) is not None:
        taken.append(following)
    assert sorted(taken) == sorted(first)
    minutes = [-int(-first[contact] // 60) for contact in taken]
    assert minutes == sorted(minutes)
