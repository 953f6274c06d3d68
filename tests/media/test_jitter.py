from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.jitter import LEAST_WAIT, MOST_WAIT, JitterBuffer


def given_out(*sequences: int) -> list[int]:
    buffer: JitterBuffer[int] = JitterBuffer()
    return [packet for sequence in sequences for packet in buffer.put(sequence & 0xFFFF, sequence)]


def test_packets_in_order_pass_at_once() -> None:
    buffer: JitterBuffer[str] = JitterBuffer()
    assert [buffer.put(7, "a"), buffer.put(8, "b")] == [["a"], ["b"]]


def test_two_that_overtook_each_other_are_put_right() -> None:
    assert given_out(1, 3, 2, 4) == [1, 2, 3, 4]


def test_a_missing_one_is_given_up_when_enough_have_come_after_it() -> None:
    assert given_out(1, 3, 4, 5) == [1, 3, 4, 5]


def test_a_packet_that_comes_twice_is_given_out_once() -> None:
    assert given_out(1, 2, 2, 1, 3) == [1, 2, 3]


def test_sequence_numbers_go_round() -> None:
    assert given_out(65534, 65536, 65535, 65537) == [65534, 65535, 65536, 65537]


def test_a_sender_that_begins_anew_is_followed() -> None:
    assert given_out(5, 6, 30_000, 30_001) == [5, 6, 30_000, 30_001]


def test_the_wait_grows_with_packets_that_come_too_late_and_shrinks_in_calm() -> None:
    buffer: JitterBuffer[int] = JitterBuffer()
    at = 0
    for _ in range(20):  # every fifth comes after three others
        for sequence in (at, at + 2, at + 3, at + 4, at + 1):
            buffer.put(sequence, sequence)
        at += 5
    assert buffer.wait == 3
    for sequence in range(at, at + 2000):
        buffer.put(sequence, sequence)
    assert buffer.wait == LEAST_WAIT


@given(st.lists(st.integers(0, 300), max_size=300))
def test_whatever_the_network_does_order_is_kept_and_nothing_comes_twice(shuffle: list[int]) -> None:
    buffer: JitterBuffer[int] = JitterBuffer()
    last = -1
    for delay, sequence in sorted((n + delay / 20, n) for n, delay in enumerate(shuffle)):
        for packet in buffer.put(sequence, sequence):
            assert packet > last
            last = packet
        assert delay >= 0
        assert LEAST_WAIT <= buffer.wait <= MOST_WAIT
    assert len(buffer.put((last + 50) & 0xFFFF, 10**6)) <= MOST_WAIT + 1
