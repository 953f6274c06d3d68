from __future__ import annotations

from voicebot.stt.jsgf import sentences, with_alternatives, words_of

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


def test_word_gets_an_alternative_wherever_it_may_be_said_and_rules_of_its_name_do_not() -> None:
    grammar = "#JSGF V1.0;\ngrammar answers;\npublic <answer> = <six> six [sixty];\n<six> = one | six;"
    assert with_alternatives(grammar, {"six": "sicks"}) == (
        "#JSGF V1.0;\ngrammar answers;\n"
        "public <answer> = <six> (six | sicks) [sixty];\n<six> = one | (six | sicks);"
    )
