"""Learns from the examples which words speak for which intent: the same examples, the same model. Pure.

Multinomial logistic regression by stochastic gradient descent, with weights rounded to one byte each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

import numpy as np
from numpy.typing import NDArray

from voicebot.dialogue.understanding.classifier import Classifier
from voicebot.dialogue.understanding.examples import LABELS, Examples
from voicebot.dialogue.understanding.features import BUCKETS, Features, features, tokens
from voicebot.dialogue.understanding.lexicon import Lexicon

SEED = 1
OF_EACH_LABEL = 1300
"""Utterances to learn from for each label, at most."""
OF_EACH_PHRASING = 14
EPOCHS = 5
RATE = 0.3
DECAY = 2e-5
"""Share of a weight that is forgotten at each utterance."""

Sample = tuple[Features, int]


def train(examples: Examples, words: Lexicon) -> Classifier:
    """The model of these examples. Takes seconds."""
    random = Random(SEED)
    samples = [
        (features(tokens(words.normal(text), words), examples.class_of), LABELS.index(label))
        for label, text in utterances([*examples.phrasings(), *_vocabulary(words)], examples, random)
    ]
    weights = np.zeros((BUCKETS, len(LABELS)), np.float32)
    mean = np.zeros_like(weights)
    for epoch in range(EPOCHS):
        random.shuffle(samples)
        for sample in samples:
            _learn(weights, sample, RATE / (1 + epoch))
        mean += weights / EPOCHS
    return _rounded(mean)  # the mean of the epochs sways less with their order than the last one


def _vocabulary(words: Lexicon) -> Iterator[tuple[str, str]]:
    """The phrases that recognisers listen for are examples as well."""
    for intent, phrases in words.intents.items():
        for phrase in phrases.said:
            yield intent, phrase


def utterances(
    phrasings: Iterable[tuple[str, str]], examples: Examples, random: Random
) -> Iterator[tuple[str, str]]:
    """What there is to learn from: the label and the words of many utterances."""
    lines: dict[str, list[str]] = {}
    for label, phrasing in phrasings:
        lines.setdefault(label, []).append(phrasing)
    for label, of_label in lines.items():
        for number in range(min(OF_EACH_LABEL, OF_EACH_PHRASING * len(of_label))):
            text = examples.spoken(of_label[number % len(of_label)], random)
            yield label, _misheard(text, examples, random)


def _misheard(text: str, examples: Examples, random: Random) -> str:
    """``text`` as a recogniser may give it: with its start cut off, a word lost, a filler, a wrong letter."""
    spoken = text.split()
    if random.random() < 0.5:
        return text
    if len(spoken) > 4 and random.random() < 0.4:
        spoken = spoken[random.choice((1, 1, 2)) :]
    if len(spoken) > 4 and random.random() < 0.3:
        del spoken[random.randrange(len(spoken))]
    if random.random() < 0.4:
        spoken.insert(random.choice((0, 0, len(spoken))), random.choice(examples.fillers))
    if len(spoken) > 2 and random.random() < 0.3:
        at = random.randrange(len(spoken))
        spoken[at] = _wrong_letter(spoken[at], random)
    return " ".join(spoken)


def _wrong_letter(word: str, random: Random) -> str:
    if len(word) < 4 or word.startswith("z"):
        return word
    at = random.randrange(len(word))
    return word[:at] + random.choice(("", random.choice("aeiorstnl"))) + word[at + 1 :]


def _learn(weights: NDArray[np.float32], sample: Sample, rate: float) -> None:
    (buckets, values), label = sample
    rows = weights[buckets]
    logits = values @ rows
    likelihood = np.exp(logits - logits.max())
    error = likelihood / likelihood.sum()
    error[label] -= 1
    weights[buckets] = rows * (1 - DECAY * len(buckets)) - rate * np.outer(values, error)


def _rounded(weights: NDArray[np.float32]) -> Classifier:
    scale = float(np.abs(weights).max()) / 127
    return Classifier(np.rint(weights / scale).astype(np.int8), scale)
