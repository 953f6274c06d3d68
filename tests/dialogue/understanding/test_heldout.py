from __future__ import annotations

from time import perf_counter

import pytest

from tests.dialogue.understanding.heldout import rows, scores
from voicebot.dialogue.understanding.examples import examples
from voicebot.dialogue.understanding.lexicon import LANGUAGES
from voicebot.dialogue.understanding.meaning import Intent, Question, Setting
from voicebot.dialogue.understanding.parse import understand
from voicebot.dialogue.understanding.text import fold

TELLS_NOTHING = {Intent.NO, Intent.WRONG_PERSON, Intent.THIRD_PARTY, Intent.VOICEMAIL}
LISTENS_TO = TELLS_NOTHING | {Intent.STOP_CALLING, Intent.HOSTILE, Intent.CALL_LATER, Intent.HUMAN}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("what", "floor"),
    [("intent", 0.92), ("amount", 0.95), ("date", 0.95), ("nothing invented", 0.98), ("flag", 1.0)],
)
def test_what_nothing_was_learned_from_is_understood(language: str, what: str, floor: float) -> None:
    assert scores(language)[what] >= floor


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_but_the_debtor_is_taken_for_the_debtor(language: str) -> None:
    for row in rows(language):
        if row.setting.question is Question.IDENTITY and row.intent in TELLS_NOTHING:
            assert row.meaning.likeliest in LISTENS_TO, row.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_is_held_out(language: str) -> None:
    held_out = {fold(row.text) for row in rows(language)}
    assert held_out.isdisjoint(fold(phrasing) for _, phrasing in examples(language).phrasings())


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_long_understanding_takes(language: str) -> None:
    heard = list(rows(language))
    for row in heard[:3]:
        understand(row.text, row.setting)
    taken = sorted(_milliseconds(row.text, row.setting) for row in heard)
    print(f"{language}: p50 {taken[len(taken) // 2]:.2f} ms, p95 {taken[len(taken) * 95 // 100]:.2f} ms")


def _milliseconds(text: str, setting: Setting) -> float:
    start = perf_counter()
    understand.__wrapped__(text, setting)  # not what is remembered of it
    return (perf_counter() - start) * 1000
