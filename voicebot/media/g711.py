"""G.711: the eight-bit companded speech of nearly every telephone line. Pure.

Values are those of ITU-T G.711 tables 1a to 2b, scaled to 16 bits as the ITU-T G.191 software tools do.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_MU_BIAS = 33
"""What mu-law adds to a 14-bit magnitude so that its segments begin at powers of two."""
_MU_TOP = 0x1FFF
_EVEN_BITS = 0x55
"""A-law inverts these on the line."""


def ulaw_to_pcm(coded: bytes) -> bytes:
    """Expand mu-law to 16-bit little-endian PCM, two bytes for each one."""
    return _ULAW_TO_PCM.take(np.frombuffer(coded, np.uint8)).tobytes()


def pcm_to_ulaw(pcm: bytes) -> bytes:
    """Compress 16-bit little-endian PCM to mu-law, one byte for each two."""
    return _PCM_TO_ULAW.take(np.frombuffer(pcm, "<u2")).tobytes()


def alaw_to_pcm(coded: bytes) -> bytes:
    """Expand A-law to 16-bit little-endian PCM, two bytes for each one."""
    return _ALAW_TO_PCM.take(np.frombuffer(coded, np.uint8)).tobytes()


def pcm_to_alaw(pcm: bytes) -> bytes:
    """Compress 16-bit little-endian PCM to A-law, one byte for each two."""
    return _PCM_TO_ALAW.take(np.frombuffer(pcm, "<u2")).tobytes()


def _expanded_ulaw() -> npt.NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    segment, step = code >> 4 & 7, code & 15
    magnitude = ((2 * step + _MU_BIAS) << segment) - _MU_BIAS << 2
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2")


def _compressed_ulaw() -> npt.NDArray[np.uint8]:
    sample, magnitude = _all_samples()
    biased = np.minimum((magnitude >> 2) + _MU_BIAS, _MU_TOP)
    segment = np.searchsorted(64 << np.arange(8), biased, side="right").astype(np.int64)
    step = biased >> segment + 1 & 15
    code: npt.NDArray[np.int64] = ~(segment << 4 | step | _sign_bit(sample < 0)) & 0xFF
    return code.astype(np.uint8)


def _expanded_alaw() -> npt.NDArray[np.int16]:
    code = np.arange(256) ^ _EVEN_BITS
    segment, step = code >> 4 & 7, code & 15
    linear = (2 * step + 1) << 3
    companded = (2 * step + 33) << np.maximum(segment, 1) + 2
    magnitude = np.where(segment == 0, linear, companded)
    return np.where(code & 0x80, magnitude, -magnitude).astype("<i2")


def _compressed_alaw() -> npt.NDArray[np.uint8]:
    sample, magnitude = _all_samples()
    magnitude = magnitude >> 4
    segment = np.searchsorted(16 << np.arange(7), magnitude, side="right").astype(np.int64)
    step = magnitude >> np.maximum(segment - 1, 0) & 15
    code: npt.NDArray[np.int64] = (segment << 4 | step | _sign_bit(sample >= 0)) ^ _EVEN_BITS
    return code.astype(np.uint8)


def _all_samples() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every 16-bit sample in the order of its unsigned reading, and its magnitude in one's complement."""
    sample = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)
    return sample, np.where(sample < 0, ~sample, sample)


def _sign_bit(signed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return signed.astype(np.int64) << 7


_ULAW_TO_PCM = _expanded_ulaw()
_PCM_TO_ULAW = _compressed_ulaw()
_ALAW_TO_PCM = _expanded_alaw()
_PCM_TO_ALAW = _compressed_alaw()
