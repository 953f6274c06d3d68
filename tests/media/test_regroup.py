from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.frame import Band
from voicebot.media.regroup import Regrouper


def test_even_frames_pass_as_they_are() -> None:
    regrouper = Regrouper(Band.NARROW)
    frame = bytes(range(160)) * 2
    assert [regrouper.push(frame)[0].at for _ in range(3)] == [0.0, 0.02, 0.04]
    assert regrouper.push(frame)[0].pcm is frame


def test_the_audio_clock_counts_what_is_not_yet_a_frame() -> None:
    regrouper = Regrouper(Band.WIDE)
    assert regrouper.push(bytes(320)) == []
    assert regrouper.seconds == 0.01


@given(st.lists(st.binary(max_size=1000), max_size=20))
def test_no_byte_is_lost_and_every_frame_is_20_ms(chunks: list[bytes]) -> None:
    regrouper = Regrouper(Band.NARROW)
    frames = [frame for chunk in chunks for frame in regrouper.push(chunk)]
    sound = b"".join(chunks)
    assert b"".join(frame.pcm for frame in frames) == sound[: len(sound) // 320 * 320]
    assert all(len(frame.pcm) == 320 and frame.rate == 8000 for frame in frames)
    assert [frame.at for frame in frames] == [n * 0.02 for n in range(len(frames))]
