"""Two pure ends: what we think the caller hears, and an Asterisk that plays it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.fake_chan_websocket import HeardQueue
from voicebot.bench.asterisk_queue import XOFF
from voicebot.media.far_playout import MOST_AHEAD_FRAMES, FarPlayout
from voicebot.media.frame import Band

FRAME = 320


def sound(frames: float) -> bytes:
    """Sound in which every frame is told from every other."""
    samples = (1 + n % 65_521 for n in range(round(frames * FRAME / 2)))
    return b"".join(n.to_bytes(2, "little") for n in samples)


class Line:
    """Both ends, and a wire that takes no time unless it is cut."""

    def __init__(self) -> None:
        self.playout = FarPlayout(Band.NARROW)
        self.asterisk = HeardQueue(Band.NARROW)
        self.mirrored: list[bytes] = []
        self.reports_arrive = True

    def play(self, pcm: bytes) -> None:
        self.playout.play(pcm)
        self.exchange()

    def say(self, *commands: str) -> None:
        for command in commands:
            self.asterisk.take(command)
        self.exchange()

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.asterisk.tick()
            self.exchange()
            if (frame := self.playout.tick()) is not None:
                self.mirrored.append(frame)
            self.exchange()

    def exchange(self) -> None:
        for message in self.playout.to_send():
            self.asterisk.take(message)
        said, self.asterisk.said = (
            (self.asterisk.said, []) if self.reports_arrive else ([], self.asterisk.said)
        )
        for event in said:
            match event["event"]:
                case "MEDIA_MARK_PROCESSED":
                    self.playout.mark_processed(event["correlation_id"])
                case "MEDIA_XOFF":
                    self.playout.xoff()
                case "MEDIA_XON":
                    self.playout.xon()

    @property
    def heard(self) -> bytes:
        return b"".join(self.asterisk.heard)


def test_the_mirror_shows_what_the_caller_hears_as_it_is_heard() -> None:
    line = Line()
    line.play(sound(25))
    for _ in range(30):
        line.tick()
        assert line.mirrored == line.asterisk.heard
    assert line.heard == sound(25)
    assert line.playout.heard_seconds == 0.5
    assert line.playout.idle


def test_it_is_idle_only_when_asterisk_says_that_all_was_heard() -> None:
    line = Line()
    line.play(sound(3))
    line.tick(3)
    assert not line.playout.idle
    line.tick()
    assert line.playout.idle


def test_nothing_is_heard_before_asterisk_says_so() -> None:
    line = Line()
    line.reports_arrive = False
    line.play(sound(5))
    line.tick(5)
    assert (line.mirrored, line.playout.heard_seconds) == ([], 0.0)


def test_a_stalled_asterisk_is_not_run_away_from() -> None:
    line = Line()
    line.play(sound(50))
    line.tick(5)
    for _ in range(20):
        line.playout.tick()
    assert line.playout.heard_seconds == pytest.approx(0.24)


def test_a_mirror_that_stalled_catches_up_at_the_next_mark() -> None:
    line = Line()
    line.play(sound(50))
    line.tick(5)
    for _ in range(20):
        line.asterisk.tick()
    line.exchange()
    assert line.playout.heard_seconds == pytest.approx(0.4, abs=0.061)


def test_a_flushed_prompt_was_heard_up_to_the_flush() -> None:
    line = Line()
    line.play(sound(100))
    line.tick(33)
    line.say(*line.playout.flush())
    line.tick(50)
    assert line.heard == sound(100)[: 33 * FRAME]
    assert line.playout.heard_seconds == pytest.approx(0.66)
    assert line.playout.idle


def test_what_follows_a_flush_is_heard_whole() -> None:
    line = Line()
    line.play(sound(100))
    line.tick(7)
    line.say(line.playout.pause())
    line.tick(3)
    line.say(*line.playout.flush())
    line.play(sound(12))
    line.tick(20)
    assert line.heard == sound(100)[: 7 * FRAME] + sound(12)
    assert line.playout.heard_seconds == pytest.approx(0.38)


def test_a_held_prompt_goes_on_where_it_stopped() -> None:
    line = Line()
    line.play(sound(20))
    line.tick(8)
    line.say(line.playout.pause())
    line.tick(30)
    assert line.playout.heard_seconds == pytest.approx(0.16)
    line.say(line.playout.resume())
    line.tick(20)
    assert line.mirrored == line.asterisk.heard
    assert line.heard == sound(20)


def test_sound_in_odd_pieces_is_heard_without_a_gap() -> None:
    line = Line()
    whole = sound(30)
    for at in range(0, len(whole), 1000):
        line.play(whole[at : at + 1000])
    line.tick(40)
    assert line.heard == whole


def test_the_end_of_a_prompt_that_fills_no_frame_is_heard_with_silence_behind_it() -> None:
    line = Line()
    line.play(sound(20.5))
    line.tick(30)
    assert line.heard == sound(20.5) + bytes(160)
    assert line.playout.heard_seconds == pytest.approx(0.41)
    assert line.playout.idle


def test_a_word_shorter_than_a_frame_is_heard_at_once() -> None:
    line = Line()
    line.play(sound(0.5))
    line.tick()
    assert line.heard == sound(0.5) + bytes(160)


def test_a_long_prompt_never_floods_asterisk() -> None:
    line = Line()
    line.play(sound(3000))
    most = 0
    for _ in range(3100):
        line.tick()
        most = max(most, line.asterisk.frames)
    assert most <= MOST_AHEAD_FRAMES < XOFF
    assert (line.asterisk.dropped, line.heard) == (0, sound(3000))


def test_nothing_is_sent_between_xoff_and_xon() -> None:
    playout = FarPlayout(Band.NARROW)
    playout.xoff()
    playout.play(sound(20))
    assert list(playout.to_send()) == []
    playout.xon()
    assert b"".join(message for message in playout.to_send() if isinstance(message, bytes)) == sound(20)


def test_marks_of_dropped_sound_and_strange_ones_are_passed_over() -> None:
    line = Line()
    line.play(sound(20))
    line.tick(5)
    line.say(*line.playout.flush())
    for name in ("1", "2", "3", "", "x", "²", "9" * 100):
        line.playout.mark_processed(name)
    assert line.playout.heard_seconds == pytest.approx(0.1)


def test_marks_stand_close_enough_to_tell_where_the_caller_is() -> None:
    playout = FarPlayout(Band.NARROW)
    playout.play(sound(100))
    messages = list(playout.to_send())
    marks = [i for i, message in enumerate(messages) if isinstance(message, str)]
    assert json.loads(str(messages[0]))["command"] == "MARK_MEDIA"
    assert all(len(messages[i + 1]) <= 10 * FRAME for i, _ in pairwise(marks))


steps = st.one_of(
    st.integers(1, 4000).map(lambda size: ("play", size * 2)),
    st.integers(1, 60).map(lambda ticks: ("tick", ticks)),
    st.sampled_from([("pause", 0), ("resume", 0), ("flush", 0)]),
)


@settings(max_examples=300)
@given(st.lists(steps, max_size=25))
def test_whatever_the_call_does_both_ends_agree(script: list[tuple[str, int]]) -> None:
    line = Line()
    for what, much in script:
        match what:
            case "play":
                line.play(sound(much / FRAME))
            case "tick":
                line.tick(much)
            case "pause":
                line.say(line.playout.pause())
            case "resume":
                line.say(line.playout.resume())
            case _:
                line.say(*line.playout.flush())
    line.say(line.playout.resume())
    line.tick(2000)
    assert line.playout.idle
    assert line.mirrored == line.asterisk.heard
    assert line.asterisk.dropped == 0
