"""Learns from the examples which words speak for what: the same examples, the same model. Pure.

Logistic regression by stochastic gradient descent, multinomial for the intents and binary for each flag, with
weights rounded to one byte each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import nan
from random import Random

import numpy as np
from numpy.typing import NDArray

from voicebot.dialogue.understanding.classifier import RARE, Classifier
from voicebot.dialogue.understanding.examples import LABELS, LEARNED, Examples
from voicebot.dialogue.understanding.features import BUCKETS, Features, features, tokens
from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.meaning import Flag, Intent

SEED = 1
INTENT_SHARE = (14, 1300)
"""Utterances to learn from, of each phrasing and of each label, at most."""
FLAG_SHARE = (40, 900)
"""Of flags there are fewer phrasings, with more variations."""
RAISED = 6.0
"""How much more a raised flag weighs than one that is not: most utterances raise none."""
EPOCHS = 5
RATE = 0.3
DECAY = 2e-5
"""Share of a weight that is forgotten at each utterance."""

_CLOSE: Mapping[str, frozenset[Flag]] = {
    Intent.STOP_CALLING: frozenset(
        {Flag.OPT_OUT, Flag.OPT_OUT_VOICE, Flag.CONSENT_REVOKED, Flag.ERASURE_REQUEST}
    ),
    Intent.HOSTILE: frozenset({Flag.OPT_OUT, Flag.THREAT}),
    Intent.DISPUTE: frozenset({Flag.IDENTITY_THEFT, Flag.ATTORNEY, Flag.BANKRUPTCY}),
    Intent.CANNOT_PAY: frozenset({Flag.BANKRUPTCY, Flag.SELF_HARM_RISK}),
    Intent.THIRD_PARTY: frozenset({Flag.ATTORNEY}),
    Flag.CONSENT_REVOKED: frozenset({Flag.OPT_OUT}),
    Flag.ERASURE_REQUEST: frozenset({Flag.OPT_OUT}),
}
"""Flags that examples of these may raise as well: they teach nothing of them."""


Targets = NDArray[np.float32]
"""1 for what is said, 0 for what is not, NaN where nothing is told of it; by LABELS, then LEARNED."""
Sample = tuple[Features, Targets]


def train(examples: Examples, words: Lexicon) -> Classifier:
    """The model of these examples. Takes seconds."""
    random = Random(SEED)
    labelled = [
        *utterances([*examples.phrasings(), *_vocabulary(words)], examples, INTENT_SHARE),
        *utterances(examples.warnings(), examples, FLAG_SHARE),
    ]
    samples = [
        (features(tokens(words.normal(text), words), examples.class_of), _targets(label))
        for label, text in labelled
    ]
    weights = np.zeros((BUCKETS, len(LABELS) + len(LEARNED)), np.float32)
    mean = np.zeros_like(weights)
    for epoch in range(EPOCHS):
        random.shuffle(samples)
        for sample in samples:
            _learn(weights, sample, RATE / (1 + epoch))
        mean += weights / EPOCHS
    return _rounded(mean)  # the mean of the epochs sways less with their order than the last one


def _targets(label: str) -> Targets:
    """What an utterance with this label is to be taken for."""
    intents = [float(label == one) for one in LABELS] if label in LABELS else [nan] * len(LABELS)
    close = _CLOSE.get(label, frozenset())
    flags = [nan if flag in close else float(label == flag) for flag in LEARNED]
    return np.array(intents + flags, np.float32)


def _vocabulary(words: Lexicon) -> Iterator[tuple[str, str]]:
    """The phrases that recognisers listen for are examples as well."""
    for intent, phrases in words.intents.items():
        for phrase in phrases.said:
            yield intent, phrase


def utterances(
    phrasings: Iterable[tuple[str, str]], examples: Examples, share: tuple[int, int]
) -> Iterator[tuple[str, str]]:
    """What there is to learn from: the label and the words of many utterances.

    Each phrasing is varied by chances of its own, so that one more of them changes no other.
    """
    lines: dict[str, list[str]] = {}
    for label, phrasing in phrasings:
        lines.setdefault(label, []).append(phrasing)
    of_phrasing, at_most = share
    for label, of_label in lines.items():
        chances = [Random(f"{SEED} {label} {phrasing}") for phrasing in of_label]
        for number in range(min(at_most, of_phrasing * len(of_label))):
            phrasing, random = of_label[number % len(of_label)], chances[number % len(of_label)]
            yield label, _misheard(examples.spoken(phrasing, random), examples, random)


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
    (buckets, values), targets = sample
    rows = weights[buckets]
    error = np.nan_to_num(_likelihood(values @ rows) - targets)
    error[len(LABELS) :][targets[len(LABELS) :] == 1] *= RAISED
    weights[buckets] = rows * (1 - DECAY * len(buckets)) - rate * np.outer(values, error)


def _likelihood(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """One of the intents is meant; any of the flags may be raised."""
    likelihood: NDArray[np.float32] = np.exp(logits - logits[: len(LABELS)].max())
    likelihood[: len(LABELS)] /= likelihood[: len(LABELS)].sum()
    likelihood[len(LABELS) :] = 1 / (1 + np.exp(-RARE - logits[len(LABELS) :]))
    return likelihood


def _rounded(weights: NDArray[np.float32]) -> Classifier:
    scale = float(np.abs(weights).max()) / 127
    return Classifier(np.rint(weights / scale).astype(np.int8), scale)
