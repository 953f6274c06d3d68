"""Callers speak the vocabulary; what they say clearly is understood."""

from __future__ import annotations

from random import Random

import pytest

from tests.dialogue.small import MONDAY
from voicebot.dialogue.understanding import parse
from voicebot.dialogue.understanding.meaning import Flag, Intent, Setting
from voicebot.simulation.words import NONSENSE, misheard, spell_out, ways_to_say


def test_phrase_is_spelled_out_as_one_of_its_sentences() -> None:
    spelled = {
        spell_out("[please] (stop|quit (right|just) now) ... calling", "en", Random(n)) for n in range(99)
    }
    assert spelled == {
        *("stop calling", "quit right now calling", "quit just now calling"),
        *("please stop calling", "please quit right now calling", "please quit just now calling"),
    }


def test_slot_is_filled() -> None:
    assert spell_out("call me on <weekday>", "en", Random(1)) == "call me on friday"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("meaning", [*Intent, *Flag])
def test_everything_can_be_said(meaning: Intent | Flag, language: str) -> None:
    assert ways_to_say(meaning, language)
    assert not any(sign in words for words in ways_to_say(meaning, language) for sign in "[]()|<>")


@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_wants_no_more_calls_is_understood_in_every_wording(language: str) -> None:
    setting = Setting(language, MONDAY)
    lost = [
        words
        for words in ways_to_say(Intent.STOP_CALLING, language)
        if Intent.STOP_CALLING is not parse.understand(words, setting).intent
    ]
    assert lost == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_nonsense_means_nothing(language: str) -> None:
    setting = Setting(language, MONDAY)
    assert [words for words in NONSENSE[language] if parse.understand(words, setting).intent] == []


def test_misheard_words_lose_one_or_all() -> None:
    assert misheard("two hundred dollars", "en", Random(2), wholly=True) in NONSENSE["en"]
    lost = misheard("two hundred dollars", "en", Random(2), wholly=False)
    assert len({"two", "hundred", "dollars"} & set(lost.split())) == 2
