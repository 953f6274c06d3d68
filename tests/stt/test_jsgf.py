from __future__ import annotations

from voicebot.stt.jsgf import sentences, words_of

GRAMMAR = """#JSGF V1.0;
grammar answers;
public <answer> = <digit>+ | i can't | (go|come) [right] home;
<digit> = one | two;"""


def test_words_are_those_spoken_and_no_rule_names() -> None:
    assert words_of(GRAMMAR) == {"one", "two", "i", "can't", "go", "come", "right", "home"}


def test_whole_sentences_match() -> None:
    for sentence in ("one", "one two one", "i can't", "go home", "come right home"):
        assert sentences(GRAMMAR).fullmatch(f" {sentence}"), sentence


def test_beginnings_and_mixtures_do_not() -> None:
    for sentence in ("", "i", "go", "one home", "go right"):
        assert not sentences(GRAMMAR).fullmatch(f" {sentence}"), sentence


def test_empty_grammar_has_only_the_empty_sentence() -> None:
    assert words_of("") == frozenset()
