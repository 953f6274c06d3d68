from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.small import small
from voicebot.dialogue.fixed_sentences import fixed_sentences
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import load_flow, read_flow

FLOWS = Path(__file__).parents[2] / "flows"
CALLS = Path(__file__).parents[1] / "calls"


def saying(text: str) -> Flow:
    return small({"states": {"who": {"say": {"en": text}}}})


def fixed(text: str) -> set[str]:
    """What of ``text`` is said to everybody."""
    return set(fixed_sentences(saying(text))["en"]) - set(fixed_sentences(saying("{{ name }}"))["en"])


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Good day. Who is it?", {"Good day.", "Who is it?"}),
        ("Is this {{ name }}? Please say yes or no.", {"Please say yes or no."}),
        ("{{ name }}, hello. please go on.", {"please go on."}),
        ("good\n   morning.", {"Good morning."}),
        (
            "Hello {% if name %}again{% else %}there{% endif %}. Yes?",
            {"Hello again.", "Hello there.", "Yes?"},
        ),
        ("Hello{% if name == 'Ana' %}, {{ name }}{% endif %}. Yes?", {"Hello.", "Yes?"}),
        ("{% for one in name %}Hip. {% endfor %} Hurray. Done.", {"Done."}),
    ],
)
def test_sentences_without_a_value_are_said_word_for_word(text: str, sentences: set[str]) -> None:
    assert fixed(text) == sentences


def test_what_only_humans_read_is_not_spoken() -> None:
    assert "Wants to agree" not in fixed_sentences(read_flow(CALLS / "reminder.yaml")[0])["en"]


def test_every_tone_and_language_of_a_flow_that_ships_is_made_ready() -> None:
    flow = load_flow(FLOWS / "payment_reminder.yaml")
    said = fixed_sentences(flow)
    assert set(said) == set(flow.languages)
    assert all(len(sentences) == len(set(sentences)) > 50 for sentences in said.values())
