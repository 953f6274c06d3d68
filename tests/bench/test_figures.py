import pytest

from voicebot.bench.calls import Cost
from voicebot.bench.figures import Held, Spread, at_share, figures_of, spread
from voicebot.bench.hearing import Hearing
from voicebot.bench.mix import Step, Turn
from voicebot.bench.show import remarks, table_of


def held(*turns: Turn, lateness: float = 0.001, error: str = "") -> Held:
    return Held(30.0, turns, Hearing(frames=3000, late=2), [lateness] * 100, error)


def test_the_nominal_silence_is_taken_off_every_reply_but_those_to_keys() -> None:
    figures = figures_of([held(Turn(Step.SAY, reply=215.0), Turn(Step.DTMF, reply=19.0))], nominal=0.2)
    assert figures.reply_over_nominal_ms == Spread(15.0, 15.0, 15.0)
    assert figures.keypad_reply_ms == Spread(19.0, 19.0, 19.0)


def test_late_frames_count_by_the_minute_of_the_bots_sound() -> None:
    assert figures_of([held(), held()], nominal=0.2).late_frames_per_bot_minute == 2.0


def test_turns_that_came_to_nothing_are_told_by_why() -> None:
    figures = figures_of([held(Turn(Step.SAY, error="no answer"), error="the bot hung up")], nominal=0.2)
    assert figures.errors == {"no answer": 1}
    assert not figures.sound
    assert remarks(figures, None) == ["1 turns: no answer", "1 calls broke off: the bot hung up"]
    assert figures.reply_over_nominal_ms is None


def test_a_generator_that_was_late_says_so_itself() -> None:
    figures = figures_of([held(lateness=0.03)], nominal=0.2)
    assert figures.generator_was_late
    assert "the load generator itself was 30 ms late" in remarks(figures, None)[0]


def test_a_busy_machine_is_told() -> None:
    told = remarks(figures_of([held()], nominal=0.2), Cost(0.3, 160.0, 0.2, others_percent=60.0))
    assert told == ["something else took 60 % of this machine: latencies are worse for it"]


def test_the_table_has_no_line_for_what_was_not_measured() -> None:
    rows = table_of(figures_of([held(Turn(Step.SAY, reply=215.0))], nominal=0.2), None).row_count
    assert rows == 5


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)])
def test_a_share_lies_between_two_values_if_need_be(share: float, value: float) -> None:
    assert at_share([1.0, 2.0, 3.0, 4.0], share) == pytest.approx(value)


def test_values_that_are_not_there_have_no_spread() -> None:
    assert spread([None, None]) is None
    assert spread([None, 2.0]) == Spread(2.0, 2.0, 2.0)
