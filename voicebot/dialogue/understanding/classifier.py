"""How likely each intent is, by a linear model of what was said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from voicebot.dialogue.understanding.examples import LABELS
from voicebot.dialogue.understanding.features import Features


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of every feature for every label."""

    weights: NDArray[np.int8]
    """Of shape (features.BUCKETS, labels); in units of ``scale``."""
    scale: float

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each label, from the words alone."""
        buckets, values = features
        logits = values @ self.weights[buckets].astype(np.float32) * self.scale
        likelihood = np.exp(logits - logits.max())
        return dict(zip(LABELS, (likelihood / likelihood.sum()).tolist(), strict=True))


def path_of(language: str) -> str:
    """The file of a language's weights, within this package."""
    return f"model/{language}.npz"


@cache
def classifier(language: str) -> Classifier:
    """The model of ``en`` or ``es`` as it was trained last."""
    source = files("voicebot.dialogue.understanding").joinpath(path_of(language))
    with source.open("rb") as file, np.load(file) as stored:
        return Classifier(stored["weights"], float(stored["scale"]))
