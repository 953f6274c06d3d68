from __future__ import annotations

from random import Random

import numpy as np
import pytest

from voicebot.dialogue.understanding.classifier import classifier
from voicebot.dialogue.understanding.examples import LABELS, LEARNED, Examples, examples
from voicebot.dialogue.understanding.features import features, tokens
from voicebot.dialogue.understanding.lexicon import LANGUAGES, lexicon
from voicebot.dialogue.understanding.meaning import Flag
from voicebot.dialogue.understanding.training import train

FEW = Examples(
    classes={"fruit": ("apple", "pear")},
    lists={"size": ("big", "small")},
    fillers=("uh",),
    intents={"yes": "(sure|fine) [indeed]\n<size> apple", "no": "never [ever]"},
    flags={"deceased": "he died (yesterday|in may)", "unless": "his (phone|battery) died"},
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_that_ships_is_the_one_that_its_examples_teach(language: str) -> None:
    shipped, learned = classifier(language), train(examples(language), lexicon(language))
    assert learned.scale == pytest.approx(shipped.scale, rel=1e-3)
    # Another processor may round the last bit differently.
    assert np.abs(learned.weights.astype(int) - shipped.weights).max() <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_examples(language: str) -> None:
    assert set(examples(language).intents) == set(LABELS)


def test_a_phrasing_is_spoken_in_all_its_ways() -> None:
    random = Random(1)
    spoken = {FEW.spoken("(sure|fine) [indeed]", random) for _ in range(50)}
    assert spoken == {"sure", "fine", "sure indeed", "fine indeed"}
    assert {FEW.spoken("<size> apple", random) for _ in range(50)} == {"big apple", "small apple"}


def test_what_is_learned_of_a_word_is_learned_of_its_class() -> None:
    learned = train(FEW, lexicon("en"))
    pear = learned.probabilities(features(tokens(" small pear", lexicon("en")), FEW.class_of))
    assert pear["yes"] > pear["no"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flag_that_is_learned_has_examples(language: str) -> None:
    assert set(examples(language).flags) == {*LEARNED, "unless"}


def test_a_flag_is_told_from_what_only_sounds_like_it() -> None:
    words, learned = lexicon("en"), train(FEW, lexicon("en"))
    died, phone = (
        learned.flags(features(tokens(text, words), FEW.class_of))[Flag.DECEASED]
        for text in (" he died last week", " the phone died")
    )
    assert died > 0.5 > phone


def test_numbers_and_weekdays_are_alike() -> None:
    words = lexicon("en")
    assert tokens(" two hundred on friday", words) == tokens(" fifty on monday", words)
    assert tokens(" this one", words) == ["this", "one"]
