"""How likely each intent and each flag is, by a linear model of what was said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from voicebot.dialogue.understanding.examples import LABELS, LEARNED
from voicebot.dialogue.understanding.features import Features
from voicebot.dialogue.understanding.meaning import Flag

RARE = -3.0
"""What unknown words say of a flag, in log odds: one utterance in twenty raises it."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of every feature for every intent and every flag."""

    weights: NDArray[np.int8]
    """Of shape (features.BUCKETS, LABELS and then LEARNED); in units of ``scale``."""
    scale: float

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each intent, from the words alone: one of them is meant."""
        logits = self._logits(features)[: len(LABELS)]
        likelihood = np.exp(logits - logits.max())
        return dict(zip(LABELS, (likelihood / likelihood.sum()).tolist(), strict=True))

    def flags(self, features: Features) -> dict[Flag, float]:
        """The probability of each flag, from the words alone: any of them may be raised."""
        likelihood = 1 / (1 + np.exp(-RARE - self._logits(features)[len(LABELS) :]))
        return dict(zip(LEARNED, likelihood.tolist(), strict=True))

    def _logits(self, features: Features) -> NDArray[np.float32]:
        buckets, values = features
        logits: NDArray[np.float32] = values @ self.weights[buckets].astype(np.float32) * self.scale
        return logits


def path_of(language: str) -> str:
    """The file of a language's weights, within this package."""
    return f"model/{language}.npz"


@cache
def classifier(language: str) -> Classifier:
    """The model of ``en`` or ``es`` as it was trained last."""
    source = files("voicebot.dialogue.understanding").joinpath(path_of(language))
    with source.open("rb") as file, np.load(file) as stored:
        return Classifier(stored["weights"], float(stored["scale"]))
