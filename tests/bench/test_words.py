import pytest

from voicebot.bench.words import word_errors, words_of


def test_case_accents_and_punctuation_are_no_errors() -> None:
    assert words_of("¿Sí, mañana?  It's FINE.") == ["si", "manana", "it's", "fine"]


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("on friday", "on friday", 0),
        ("on friday", "on monday", 1),  # changed
        ("on friday", "friday", 1),  # dropped
        ("friday", "on the friday", 2),  # added
        ("one two three", "", 3),
        ("one two three four", "two three four five", 2),
    ],
)
def test_errors_are_the_fewest_changes(said: str, heard: str, errors: int) -> None:
    assert word_errors(said.split(), heard.split()) == errors
