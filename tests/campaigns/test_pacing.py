from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaigns.pacing import (
    ABANDON_GUARD,
    ADAPT_SECONDS,
    Answers,
    Level,
    Load,
    PacingSettings,
    Queue,
    QueueLimits,
    adapted,
    dials_now,
    people_are_there,
    share_of,
)

PROGRESSIVE = PacingSettings()
POWER = PacingSettings(mode="power", ratio=1.5)
PREDICTIVE = PacingSettings(mode="predictive", most_ratio=3.0)
ONE = Level()
QUIET = Answers(dialled=100, answered=25, humans=1000, abandoned=0)
"""One of four dials is answered, and nobody is abandoned."""


def load(talking: int = 0, ringing: int = 0, trunk_free: int = 100, places_free: int = 100) -> Load:
    return Load(talking, ringing, trunk_free, places_free)


@pytest.mark.parametrize(
    ("now", "dials"),
    [
        (load(), 10),
        (load(talking=4, ringing=3), 3),
        (load(talking=10), 0),
        (load(talking=4, ringing=8), 0),  # the limit was lowered meanwhile
        (load(trunk_free=2), 2),
        (load(places_free=1), 1),
        (load(trunk_free=0, places_free=0), 0),
    ],
)
def test_a_progressive_campaign_dials_once_for_each_free_line(now: Load, dials: int) -> None:
    assert dials_now(10, now, ONE) == dials


def test_power_dials_ahead_of_answers_but_never_ahead_of_the_trunk() -> None:
    level = adapted(ONE, POWER, QUIET, now=0.0)
    assert dials_now(10, load(), level) == 15
    assert dials_now(10, load(talking=4, ringing=5), level) == 4
    assert dials_now(10, load(trunk_free=6), level) == 6


def test_power_stops_dialling_ahead_when_too_many_were_abandoned() -> None:
    fine, bad = Answers(humans=1000, abandoned=25), Answers(humans=1000, abandoned=26)
    assert adapted(ONE, POWER, fine, 0.0).ratio == 1.5
    assert adapted(Level(1.5), POWER, bad, 0.0).ratio == 1.0


def test_prediction_rises_in_steps_of_fifteen_seconds_to_what_makes_one_answer() -> None:
    settings, level, ratios = PREDICTIVE, ONE, list[float]()
    answers = Answers(dialled=100, answered=50, humans=1000)
    for second in range(0, 300, 5):
        level = adapted(level, settings, answers, float(second))
        ratios.append(round(level.ratio, 6))
    assert ratios[:7] == [1.1, 1.1, 1.1, 1.2, 1.2, 1.2, 1.3]
    assert ratios[-1] == 2.0  # half of the dials are answered


def test_prediction_waits_until_the_answer_rate_is_known() -> None:
    assert adapted(ONE, PREDICTIVE, Answers(dialled=5, answered=1), 0.0).ratio == 1.0


def test_prediction_falls_at_once_past_the_guard() -> None:
    bad = Answers(dialled=100, answered=25, humans=1000, abandoned=26)
    assert adapted(Level(2.4, adapted_at=0.0), PREDICTIVE, bad, 1.0).ratio == 1.0


def test_prediction_comes_down_when_more_people_answer() -> None:
    assert adapted(
        Level(2.0, 0.0), PREDICTIVE, Answers(dialled=100, answered=90), ADAPT_SECONDS
    ).ratio == pytest.approx(1.8)


def test_people_are_short_while_the_wait_is_long_or_too_few_are_free() -> None:
    limits = QueueLimits(name="negotiators", most_wait_seconds=30, fewest_free=1)
    for queue, there in [
        (Queue(waiting=0, free=2, wait_seconds=0), True),
        (Queue(waiting=3, free=1, wait_seconds=31), False),
        (Queue(waiting=0, free=0, wait_seconds=0), False),
        (None, False),  # nobody can tell
    ]:
        assert people_are_there(limits, queue) is there


@given(
    settings=st.sampled_from([PROGRESSIVE, POWER, PREDICTIVE]),
    ratio=st.floats(1.0, 3.0),
    dialled=st.integers(0, 500),
    answered=st.integers(0, 500),
    humans=st.integers(0, 5000),
    abandoned=st.integers(0, 5000),
    now=st.floats(0, 1e6),
)
def test_no_level_is_ever_under_one_or_over_its_most_and_all_are_one_past_the_guard(
    settings: PacingSettings,
    ratio: float,
    dialled: int,
    answered: int,
    humans: int,
    abandoned: int,
    now: float,
) -> None:
    answers = Answers(dialled, min(answered, dialled), humans, min(abandoned, humans))
    level = adapted(Level(ratio, 0.0), settings, answers, now)
    assert 1.0 <= level.ratio <= 3.0
    if answers.abandon_share > ABANDON_GUARD or settings.mode == "progressive":
        assert level.ratio == 1.0


@given(st.builds(load, *[st.integers(0, 200)] * 4), st.integers(1, 100), st.floats(1.0, 3.0))
def test_no_more_is_dialled_than_any_limit_allows(now: Load, lines: int, ratio: float) -> None:
    dials = dials_now(lines, now, Level(ratio))
    assert 0 <= dials <= min(now.trunk_free, now.places_free)
    assert dials == 0 or now.talking + (now.ringing + dials) / ratio <= lines + 1e-6


@given(st.integers(0, 10_000), st.integers(1, 64))
def test_the_shares_of_all_processes_are_the_limit(total: int, count: int) -> None:
    shares = [share_of(total, number, count) for number in range(1, count + 1)]
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1


def test_an_hour_of_prediction_abandons_less_than_the_law_allows() -> None:
    """Every bot channel is a line; a person who answers while all talk is abandoned."""
    chance = random.Random(7)
    lines, level, humans, abandoned = 20, ONE, 0, 0
    ringing, talking = list[int](), list[int]()  # seconds at which each ends
    recent = list[bool]()
    for second in range(3600):
        talking = [end for end in talking if end > second]
        answering = [end for end in ringing if end <= second]
        ringing = [end for end in ringing if end > second]
        for _ in answering:
            human = chance.random() < 0.3
            recent = [*recent[-199:], human]
            humans += human
            if human and len(talking) < lines:
                talking.append(second + chance.randint(20, 120))
            else:
                abandoned += human
        seen = Answers(len(recent), sum(recent), humans, abandoned)
        level = adapted(level, PREDICTIVE, seen, float(second))
        dials = dials_now(lines, load(len(talking), len(ringing)), level)
        ringing += [second + chance.randint(8, 25) for _ in range(dials)]
    assert humans > 300
    assert abandoned / humans <= 0.03
