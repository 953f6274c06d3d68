import pytest

from voicebot.dialogue.understanding.lexicon import LANGUAGES, lexicon
from voicebot.dialogue.understanding.pattern import any_phrase, indispensable
from voicebot.dialogue.understanding.phrasebook import Phrasebook
from voicebot.simulation.words import ways_to_say


@pytest.mark.parametrize(
    ("phrase", "needed"),
    [
        ("already paid", [{"already"}, {"paid"}]),
        ("[have] paid <amount>", [{"paid"}]),
        ("(stop|please quit) calling", [{"stop", "please"}, {"calling"}]),
        ("(i|[really]) want", [{"want"}]),
        ("bankrupt* ... chapter", [{"chapter"}]),
        ("don't call", [{"dont"}, {"call"}]),
        ("yes|no", []),
        ("(pay (all|half)|settle) today", [{"pay", "settle"}, {"today"}]),
    ],
)
def test_what_a_phrase_cannot_do_without_are_its_whole_words_and_one_of_each_alternative(
    phrase: str, needed: list[set[str]]
) -> None:
    assert {frozenset(one) for one in needed} == set(indispensable(phrase))


def test_only_the_phrases_that_a_text_has_the_words_of_are_looked_for() -> None:
    book = Phrasebook([("stop", "stop calling"), ("late", "call [me] later"), ("owe", "owe*")], {})
    assert [meaning for meaning, _ in book.possible(" later call me")] == ["late", "owe"]
    assert book.found(" you may call later i am owed") == {"late", "owe"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_warns_is_found_as_if_every_phrase_had_been_looked_for(language: str) -> None:
    words = lexicon(language)
    every = {flag: any_phrase(of.raised, words.slots) for flag, of in words.flags.items()}
    for said in (one for flag in words.flags for one in ways_to_say(flag, language)):
        normal = words.normal(said)
        assert words.warnings.found(normal) == {flag for flag in every if every[flag].search(normal)}
