import numpy as np
import pytest

from voicebot.bench.hearing import AUDIBLE, Hearing, audible


def heard(*times: float, voiced: bool = True) -> Hearing:
    hearing = Hearing()
    for at in times:
        hearing.hear(at, voiced=voiced)
    return hearing


def test_a_frame_is_audible_by_its_peak_whichever_its_sign() -> None:
    assert audible(np.array([0, -AUDIBLE, 3], "<i2").tobytes())
    assert not audible(np.array([0, AUDIBLE - 1, 3], "<i2").tobytes())
    assert not audible(b"")


@pytest.mark.parametrize(
    ("times", "late"),
    [
        ((0.0, 0.02, 0.04), 0),  # in time
        ((0.0, 0.035, 0.04), 0),  # a little late: a jitter buffer takes it
        ((0.0, 0.02, 0.065), 1),
        ((0.0, 0.02, 1.0, 1.02), 0),  # the bot was silent
    ],
)
def test_frames_are_late_when_they_come_20_ms_after_their_time(times: tuple[float, ...], late: int) -> None:
    assert heard(*times).late == late


def test_a_frame_that_lay_about_while_the_listener_was_late_is_not_the_bots_fault() -> None:
    hearing = heard(0.0, 0.02)
    hearing.hear(0.075, voiced=True, deaf=0.03)
    hearing.hear(0.14, voiced=True, deaf=0.01)
    assert (hearing.late_by_listener, hearing.late) == (1, 1)


def test_a_bot_that_falls_silent_because_somebody_talks_into_it_is_not_late() -> None:
    hearing = heard(0.0, 0.02)
    hearing.spoken_at = 0.02
    hearing.hear(0.4, voiced=True)
    hearing.hear(0.9, voiced=True)
    assert hearing.late == 0
    hearing.hear(1.0, voiced=True)
    assert hearing.late == 1


def test_the_bot_begins_where_it_is_first_heard_after_being_listened_for() -> None:
    hearing = heard(0.0, 0.02)
    hearing.listen()
    hearing.hear(0.5, voiced=False)
    hearing.hear(0.52, voiced=True)
    hearing.hear(0.6, voiced=True)
    assert (hearing.began_at, hearing.voiced_at) == (0.52, 0.6)
    assert hearing.pause == pytest.approx(0.08)
