"""Tells by the sound alone whether a caller has finished: the voice falls at an end, and stays up at a pause.

One model serves all calls, one decision at a time on a thread of its own. A decision takes up to a tenth of a
second of CPU: callers who pause in the same moment wait no longer than the deadline, the others of them go on
as if there were no model.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import soxr
import structlog

from voicebot.errors import ModelError
from voicebot.media.frame import AudioFrame
from voicebot.models.folder import model_folder
from voicebot.turns.log_mel import RATE, SECONDS, Samples, log_mel
from voicebot.turns.settings import EndOfTurnSettings
from voicebot.vad.levels import from_pcm

log = structlog.get_logger(__name__)

USUAL = 0.1
"""Seconds that a decision is expected to take."""


class SmartTurn:
    """Judges pauses with a model of smart-turn's interface (version 3), at most one at a time."""

    def __init__(self, path: Path, settings: EndOfTurnSettings) -> None:
        """Load the model.

        Raises:
            ModelError: it does not load, or is of another kind.
        """
        self._session = _session(path)
        self._settings = settings
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="end of turn")
        self._waiting = 0
        self._failed = False

    async def finished(self, frames: Sequence[AudioFrame]) -> bool | None:
        """Whether the caller has finished with ``frames``; ``None`` if that cannot be known in time."""
        if self._waiting * USUAL > self._settings.deadline:
            return None
        self._waiting += 1
        deciding = asyncio.get_running_loop().run_in_executor(self._worker, self._probability, frames)
        deciding.add_done_callback(self._decided)
        try:
            async with asyncio.timeout(self._settings.deadline):
                return await deciding >= self._settings.threshold
        except TimeoutError:
            return None
        except Exception as error:  # whatever the runtime raises: silence alone tells, as without a model
            self._tell(error)
            return None

    async def close(self) -> None:
        """Stop judging."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _decided(self, deciding: asyncio.Future[float]) -> None:
        self._waiting -= 1

    def _tell(self, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            log.error("end_of_turn_failed", exc_info=error)

    def _probability(self, frames: Sequence[AudioFrame]) -> float:
        """On the worker thread."""
        features = log_mel(_at_16_khz(frames))[None]
        [probability, *_] = self._session.run(None, {"input_features": features})
        return float(np.ravel(probability)[0])


def _at_16_khz(frames: Sequence[AudioFrame]) -> Samples:
    kept = frames[-round(SECONDS / frames[-1].seconds) :]
    samples = from_pcm(b"".join(frame.pcm for frame in kept))
    rate = kept[0].rate
    return samples if rate == RATE else np.asarray(soxr.resample(samples, rate, RATE), np.float32)


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base of their own
        raise ModelError(f"the model {path} does not load: pull it again ({error})") from error
    if [one.name for one in session.get_inputs()] != ["input_features"]:
        raise ModelError(
            f"{path} is no model of smart-turn's interface: use `voicebot models pull smart-turn`"
        )
    return session


@asynccontextmanager
async def open_end_of_turn(settings: EndOfTurnSettings, models: Path) -> AsyncIterator[SmartTurn | None]:
    """The model that ``settings`` name, if any; ``models`` is where models lie.

    Raises:
        ModelError: it is not here, or does not load.
    """
    if not settings.model:
        yield None
        return
    folder = model_folder(settings.model, models)
    path = next(iter(sorted(folder.glob("*.onnx"))), None)
    if path is None:
        raise ModelError(f"there is no .onnx file in {folder}")
    smart_turn = SmartTurn(path, settings)
    try:
        yield smart_turn
    finally:
        await smart_turn.close()
