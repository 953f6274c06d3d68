from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.frame import Band
from voicebot.media.playout import Playout

LOUD = np.full(8000, 10000, "<i2")
"""One second: any abrupt stop of it would click."""


def samples(frame: bytes | None) -> npt.NDArray[np.int16]:
    assert frame is not None
    return np.frombuffer(frame, "<i2")


def playing(sound: npt.NDArray[np.int16], *, frames: int) -> Playout:
    playout = Playout(Band.NARROW)
    playout.play(sound.tobytes())
    for _ in range(frames):
        playout.next_frame()
    return playout


def everything(playout: Playout) -> bytes:
    frames = []
    while (frame := playout.next_frame()) is not None:
        frames.append(frame)
    return b"".join(frames)


def test_nothing_to_say_gives_nothing() -> None:
    playout = Playout(Band.NARROW)
    assert playout.next_frame() is None
    assert playout.idle


def test_the_last_frame_of_a_prompt_is_filled_up_with_silence() -> None:
    playout = playing(LOUD[:200], frames=1)
    assert list(samples(playout.next_frame())) == [10000] * 40 + [0] * 120
    assert playout.next_frame() is None
    assert playout.heard_seconds == 200 / 8000


def test_the_next_prompt_follows_in_the_same_frame() -> None:
    playout = playing(LOUD[:200], frames=1)
    playout.play(LOUD[:120].tobytes())
    assert list(samples(playout.next_frame())) == [10000] * 160


def test_a_prompt_is_done_only_when_its_last_frame_has_been_heard() -> None:
    playout = playing(LOUD[:320], frames=2)
    assert not playout.idle
    playout.next_frame()
    assert playout.idle


def test_a_held_prompt_fades_out_and_then_waits() -> None:
    playout = playing(LOUD, frames=5)
    playout.pause()
    last = samples(playout.next_frame())
    assert np.abs(np.diff(last)).max() < 100
    assert last[-1] == 0
    assert playout.next_frame() is None
    assert not playout.idle
    assert playout.heard_seconds == pytest.approx(0.12)


def test_a_prompt_goes_on_where_the_caller_stopped_hearing() -> None:
    counting = np.arange(8000, dtype="<i2")
    playout = playing(counting, frames=5)
    playout.pause()
    playout.next_frame()
    playout.resume()
    first = samples(playout.next_frame())
    assert first[0] == 0
    assert first[-1] == 1119
    assert list(samples(playout.next_frame())) == list(range(1120, 1280))


def test_a_pause_taken_back_at_once_is_not_heard() -> None:
    playout = playing(LOUD, frames=1)
    playout.pause()
    playout.resume()
    assert list(samples(playout.next_frame())) == [10000] * 160


def test_sound_queued_during_a_pause_is_held_as_well() -> None:
    playout = Playout(Band.NARROW)
    playout.pause()
    playout.play(LOUD.tobytes())
    assert playout.next_frame() is None
    playout.resume()
    assert samples(playout.next_frame()).all()


def test_a_dropped_prompt_fades_out_and_is_gone() -> None:
    playout = playing(LOUD, frames=5)
    playout.flush()
    last = samples(playout.next_frame())
    assert np.abs(np.diff(last)).max() < 100
    assert last[-1] == 0
    assert playout.next_frame() is None
    assert playout.idle


def test_a_prompt_dropped_while_held_makes_no_sound() -> None:
    playout = playing(LOUD, frames=5)
    playout.pause()
    playout.next_frame()
    playout.flush()
    assert playout.next_frame() is None


def test_what_is_said_after_a_drop_is_not_held_and_not_faded() -> None:
    playout = playing(LOUD, frames=5)
    playout.pause()
    playout.next_frame()
    playout.flush()
    playout.play(LOUD.tobytes())
    assert list(samples(playout.next_frame())) == [10000] * 160


def test_dropping_nothing_is_silent() -> None:
    playout = Playout(Band.NARROW)
    playout.flush()
    assert playout.next_frame() is None


def test_half_a_sample_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="half a sample"):
        Playout(Band.NARROW).play(b"\0")


@given(st.lists(st.integers(0, 700), max_size=12))
def test_however_sound_is_queued_all_of_it_is_heard_in_order(lengths: list[int]) -> None:
    playout, said, at = Playout(Band.WIDE), b"", 1
    for length in lengths:
        chunk = np.arange(at, at + length, dtype="<i2").tobytes()
        playout.play(chunk)
        said, at = said + chunk, at + length
    heard = everything(playout)
    assert len(heard) % 640 == 0
    assert heard.startswith(said)
    assert not any(heard[len(said) :])
    assert playout.heard_seconds == len(said) / 2 / 16000
