from __future__ import annotations

import pytest

from voicebot.tts.phonemes import phonemes

pytestmark = pytest.mark.engine


def test_words_are_told_as_they_sound_and_keep_their_stops() -> None:
    assert phonemes("Hello, Ana.", "en") == "həlˈoʊ, ˈɑːnə."
    assert phonemes("¿Habla Ana?", "es") == "ˈaβla ˈana?"


def test_the_stops_of_an_abbreviation_cut_nothing() -> None:
    assert phonemes("At three p.m., please.", "en") == "æt θɹˈiː pˌiːˈɛm, plˈiːz."
