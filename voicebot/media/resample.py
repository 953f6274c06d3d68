"""Other sampling rates: frame by frame while a call runs, or a whole sound at once. Pure."""

from __future__ import annotations

from math import gcd

import numpy as np
import numpy.typing as npt
import soxr

_ZERO_CROSSINGS = 12
"""Of the filter on each side of its middle, at the lower of the two rates: 1.5 ms of delay at 8 kHz."""
_KAISER_BETA = 5.0
"""Stop band at -53 dB, from 0.57 of the lower rate on."""
_UNITY = 1 << 14
"""Taps are whole numbers in this unit: sums are exact, so the result cannot depend on how sound is cut."""


class LiveResampler:
    """Turns a stream at one rate into another with about 1.5 ms of delay, cut as finely as one likes.

    20 ms in give exactly 20 ms out. A polyphase FIR filter (Kaiser-windowed sinc); libsoxr's streaming mode
    is better at telling tones apart, but holds sound back for up to 120 ms.
    """

    __slots__ = ("_down", "_history", "_phase", "_phases", "_up")

    def __init__(self, from_rate: int, to_rate: int) -> None:
        common = gcd(from_rate, to_rate)
        self._up, self._down = to_rate // common, from_rate // common
        self._phases = _filter_phases(self._up, self._down)
        self._history = np.zeros(self._phases.shape[1] - 1)
        self._phase = 0
        """Where the next output lies behind the newest input, in parts of ``1 / up`` of an input sample."""

    def process(self, pcm: bytes) -> bytes:
        """The sound that is ready once ``pcm`` (16-bit little-endian mono, whole samples) has come in."""
        sound = np.concatenate((self._history, np.frombuffer(pcm, "<i2")))
        taps = self._phases.shape[1]
        positions = np.arange(self._phase, (len(sound) - taps + 1) * self._up, self._down)
        self._history = sound[len(sound) - taps + 1 :]
        self._phase += len(positions) * self._down - len(pcm) // 2 * self._up
        windows = np.lib.stride_tricks.sliding_window_view(sound, taps) if len(positions) else sound[:0]
        return _filtered(windows[positions // self._up], self._phases[positions % self._up])


def resample(pcm: bytes, from_rate: int, to_rate: int) -> bytes:
    """A whole sound (16-bit little-endian mono) at another rate, in libsoxr's high quality, not delayed."""
    if from_rate == to_rate:
        return pcm
    sound = np.frombuffer(pcm, "<i2").astype(np.float32)
    return _as_pcm(soxr.resample(sound, from_rate, to_rate))


def _filtered(windows: npt.NDArray[np.float64], taps: npt.NDArray[np.float64]) -> bytes:
    if not len(windows):
        return b""
    return _as_pcm(np.einsum("kt,kt->k", windows, taps) / _UNITY)


def _filter_phases(up: int, down: int) -> npt.NDArray[np.float64]:
    """One short filter for each of the ``up`` places an output can have between two inputs."""
    half = -(-_ZERO_CROSSINGS * max(up, down) // up) * up
    time = np.arange(-half, half) / max(up, down)
    taps = np.sinc(time) * np.kaiser(2 * half + 1, _KAISER_BETA)[:-1]
    phases = taps.reshape(-1, up).T[:, ::-1]
    phases = np.round(phases / phases.sum(axis=1, keepdims=True) * _UNITY)
    loudest = np.abs(phases).argmax(axis=1)
    phases[np.arange(up), loudest] += _UNITY - phases.sum(axis=1)
    return np.ascontiguousarray(phases)


def _as_pcm(sound: npt.NDArray[np.floating]) -> bytes:
    samples: npt.NDArray[np.int16] = np.clip(np.rint(sound), -32768, 32767).astype("<i2")
    return samples.tobytes()
