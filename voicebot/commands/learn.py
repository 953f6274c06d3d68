"""Teaches the model of each language anew, after its examples or its vocabulary have changed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np

from voicebot.dialogue.understanding.classifier import Classifier, path_of
from voicebot.dialogue.understanding.examples import examples
from voicebot.dialogue.understanding.lexicon import LANGUAGES, lexicon
from voicebot.dialogue.understanding.training import train


def learn() -> Iterator[Path]:
    """Train every language and write its model beside the vocabulary; each file as it is written."""
    for language in LANGUAGES:
        path = Path(str(files("voicebot.dialogue.understanding"))) / path_of(language)
        path.parent.mkdir(exist_ok=True)
        _write(train(examples(language), lexicon(language)), path)
        yield path


def _write(trained: Classifier, path: Path) -> None:
    np.savez_compressed(path, weights=trained.weights, scale=np.float64(trained.scale))
