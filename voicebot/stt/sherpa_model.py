"""A model that hears whole utterances, as sherpa-onnx runs it; and what streaming ones share with it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sherpa_onnx

from voicebot.errors import SpeechError
from voicebot.media.resample import resample
from voicebot.stt.conditioning import samples
from voicebot.stt.jobs import Said, Utterance
from voicebot.stt.settings import SttSettings
from voicebot.stt.sherpa_files import SherpaKind, SherpaModel

RATE = 16_000
UNTOLD = math.log(0.5)
"""Log probability of words whose model tells none."""


class WholeModel:
    """Hears several utterances at once; finds out their language by itself, or knows one alone."""

    def __init__(self, model: SherpaModel, settings: SttSettings) -> None:
        """Load it, which takes seconds.

        Raises:
            SpeechError: it cannot be loaded.
        """
        language = settings.languages[0] if len(settings.languages) == 1 else ""
        build, more = _BUILDERS[model.kind]
        choices = {"language": language} if model.kind is SherpaKind.WHISPER else {}
        self._recognizer = loaded(build, model, settings, **more, **choices)

    def prepared(self, utterance: Utterance) -> Utterance:
        """The same."""
        return utterance

    def batch_kind(self, job: Utterance) -> int:
        """Any may share a run."""
        return 0

    def hear(self, batch: Sequence[Utterance]) -> list[Said]:
        """What was said in each; blocks.

        Raises:
            SpeechError: the model failed.
        """
        streams = [self._stream(utterance) for utterance in batch]
        try:
            self._recognizer.decode_streams(streams)
        except RuntimeError as error:
            raise SpeechError(f"sherpa-onnx failed: {error}") from error
        return [said(stream.result.text, stream.result.ys_log_probs) for stream in streams]

    def _stream(self, utterance: Utterance) -> sherpa_onnx.OfflineStream:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(RATE, samples(resample(utterance.pcm, utterance.rate, RATE)))
        return stream


_Builder = tuple[Callable[..., Any], dict[str, Any]]
_BUILDERS: dict[SherpaKind, _Builder] = {
    SherpaKind.NEMO: (
        sherpa_onnx.OfflineRecognizer.from_transducer,
        {"model_type": "nemo_transducer"},
    ),
    SherpaKind.WHISPER: (sherpa_onnx.OfflineRecognizer.from_whisper, {}),
    SherpaKind.MOONSHINE: (sherpa_onnx.OfflineRecognizer.from_moonshine_v2, {}),
}


def loaded(build: Callable[..., Any], model: SherpaModel, settings: SttSettings, **choices: Any) -> Any:
    """The recogniser that ``build`` makes of the files of ``model``.

    Raises:
        SpeechError: it cannot be loaded.
    """
    try:
        return build(
            **model.files,
            num_threads=min(settings.threads, os.cpu_count() or 1),
            provider="cuda" if settings.device == "cuda" else "cpu",
            **choices,
        )
    except (RuntimeError, ValueError) as error:
        raise SpeechError(f"sherpa-onnx cannot load {model.files['encoder']}: {error}") from error


def said(text: str, log_probabilities: Sequence[float]) -> Said:
    """What a model wrote, with the mean of its tokens' probabilities where it tells them."""
    return Said(text, float(np.mean(log_probabilities)) if log_probabilities else UNTOLD, no_speech=0.0)
