from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.g711 import alaw_to_pcm, pcm_to_alaw, pcm_to_ulaw, ulaw_to_pcm

ULAW_SEGMENTS = ((1, 1), (2, 15), (4, 16), (8, 16), (16, 16), (32, 16), (64, 16), (128, 16), (256, 16))
"""ITU-T G.711 table 2a: step and number of steps from zero up, on a scale of 8159."""
ALAW_SEGMENTS = ((2, 32), (4, 16), (8, 16), (16, 16), (32, 16), (64, 16), (128, 16))
"""ITU-T G.711 table 1a: the same on a scale of 4096."""
ALL_CODES = bytes(range(256))


def decisions(segments: tuple[tuple[int, int], ...]) -> list[int]:
    """The published decision values, from zero up."""
    values = [0]
    for step, count in segments:
        values += [values[-1] + step * n for n in range(1, count + 1)]
    return values


def expanded_ulaw(code: int) -> int:
    return int(struct.unpack("<h", ulaw_to_pcm(bytes([code])))[0])


def expanded_alaw(code: int) -> int:
    return int(struct.unpack("<h", alaw_to_pcm(bytes([code])))[0])


def ulaw_of(sample: int) -> int:
    return pcm_to_ulaw(struct.pack("<h", sample))[0]


def alaw_of(sample: int) -> int:
    return pcm_to_alaw(struct.pack("<h", sample))[0]


def test_ulaw_switches_codes_exactly_at_the_published_decision_values() -> None:
    edges = decisions(ULAW_SEGMENTS)
    assert edges[-1] == 8159
    for n, (low, high) in enumerate(pairwise(edges)):
        assert {ulaw_of(4 * low), ulaw_of(4 * high - 1)} == {0xFF - n}
        assert {ulaw_of(-4 * low - 1), ulaw_of(-4 * high)} == {0x7F - n}


def test_ulaw_expands_to_the_middle_between_two_decision_values() -> None:
    edges = decisions(ULAW_SEGMENTS)
    middles = [0] + [2 * (low + high) for low, high in pairwise(edges[1:])]
    assert [expanded_ulaw(0xFF - n) for n in range(128)] == middles
    assert [-expanded_ulaw(0x7F - n) for n in range(128)] == middles


def test_alaw_switches_codes_exactly_at_the_published_decision_values() -> None:
    edges = decisions(ALAW_SEGMENTS)
    assert edges[-1] == 4096
    for n, (low, high) in enumerate(pairwise(edges)):
        assert {alaw_of(8 * low), alaw_of(8 * high - 1)} == {(0x80 + n) ^ 0x55}
        assert {alaw_of(-8 * low - 1), alaw_of(-8 * high)} == {n ^ 0x55}


def test_alaw_expands_to_the_middle_between_two_decision_values() -> None:
    edges = decisions(ALAW_SEGMENTS)
    middles = [4 * (low + high) for low, high in pairwise(edges)]
    assert [expanded_alaw((0x80 + n) ^ 0x55) for n in range(128)] == middles
    assert [-expanded_alaw(n ^ 0x55) for n in range(128)] == middles


@pytest.mark.parametrize(
    ("code", "sample"), [(0x00, -32124), (0x80, 32124), (0xFF, 0), (0x7F, 0), (0xEF, 132), (0x8F, 16764)]
)
def test_ulaw_values_that_every_codec_agrees_on(code: int, sample: int) -> None:
    assert expanded_ulaw(code) == sample


@pytest.mark.parametrize(
    ("code", "sample"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504)]
)
def test_alaw_values_that_every_codec_agrees_on(code: int, sample: int) -> None:
    assert expanded_alaw(code) == sample


def test_every_ulaw_code_survives_a_second_coding_but_negative_zero() -> None:
    assert pcm_to_ulaw(ulaw_to_pcm(ALL_CODES)) == ALL_CODES.replace(b"\x7f", b"\xff")


def test_every_alaw_code_survives_a_second_coding() -> None:
    assert pcm_to_alaw(alaw_to_pcm(ALL_CODES)) == ALL_CODES


@given(st.integers(-32768, 32767))
def test_coding_errs_by_half_a_step_at_most(sample: int) -> None:
    loudness = abs(sample)
    assert abs(expanded_ulaw(ulaw_of(sample)) - sample) <= max(4, (loudness + 132) // 32, loudness - 32124)
    assert abs(expanded_alaw(alaw_of(sample)) - sample) <= max(16, (loudness + 32) // 32)


def test_telephone_silence_is_ff_in_ulaw_and_d5_in_alaw() -> None:
    assert pcm_to_ulaw(bytes(320)) == b"\xff" * 160
    assert pcm_to_alaw(bytes(320)) == b"\xd5" * 160
