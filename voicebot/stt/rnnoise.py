"""RNNoise, a small neural network that takes the noise out of speech.

The library (BSD) is the one that the wheel of pyrnnoise (Apache-2.0) carries, from the extra
``voicebot[rnnoise]``; nothing else of that package is used.
"""

from __future__ import annotations

import ctypes
import weakref
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from voicebot.errors import SpeechError
from voicebot.media.resample import LiveResampler

RATE: Final = 48000
"""Hertz that it was trained on."""
FRAME: Final = 480
"""Samples that it takes at once: 10 ms."""


class Rnnoise:
    """Takes the noise out of one utterance, which comes in pieces; one thread at a time."""

    def __init__(self, rate: int) -> None:
        """``rate``: hertz of the sound.

        Raises:
            SpeechError: the extra is not installed.
        """
        self._process = the_library().rnnoise_process_frame
        self._state = ctypes.c_void_p(the_library().rnnoise_create(None))
        weakref.finalize(self, the_library().rnnoise_destroy, self._state)
        self._up, self._down = LiveResampler(rate, RATE), LiveResampler(RATE, rate)

    def clean(self, pcm: bytes) -> bytes:
        """As much sound as ``pcm`` (16-bit, whole pieces of 10 ms), 13 ms late; blocks for a thirtieth of
        its length."""
        sound = np.frombuffer(self._up.process(pcm), "<i2").astype(np.float32)
        for start in range(0, len(sound), FRAME):
            frame = sound[start : start + FRAME].ctypes.data_as(ctypes.c_void_p)
            self._process(self._state, frame, frame)
        return self._down.process(np.clip(sound, -32768, 32767).astype("<i2").tobytes())


@cache
def the_library() -> ctypes.CDLL:
    """The shared library.

    Raises:
        SpeechError: the package that carries it is not installed, or does not fit this machine.
    """
    package = find_spec("pyrnnoise")  # found and not imported: that would want matplotlib
    try:
        if package is None or package.origin is None:
            raise OSError("pyrnnoise is not there")
        library = ctypes.CDLL(str(Path(package.origin).with_name("librnnoise.so")))
    except OSError as error:
        raise SpeechError(
            f"RNNoise cannot be loaded ({error}); pip install 'voicebot[rnnoise]', or set stt.denoise: none"
        ) from error
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p] * 3
    return library
