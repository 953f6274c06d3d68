"""Words without what identifies people: for whoever outside is asked about them. Pure."""

from __future__ import annotations

import re

from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.text import fold

NUMBER, NAME = "[number]", "[name]"
"""What stands in the place of what is hidden."""

LONGEST_NUMBER = 8
"""Digits of the longest number that is shown: telephones, cards and papers have more."""

_PRONOUNS = frozenset({"one", "un", "una", "uno"})


def masked(text: str, words: Lexicon, *, name: str = "", numbers: bool) -> str:
    """``text`` without ``name``; numbers, in words or figures, are shown if ``numbers`` and short."""
    hidden = frozenset(fold(name).split())
    shown: list[str] = []
    for run in _runs(text, words):
        if isinstance(run, str):
            shown.append(NAME if hidden.intersection(fold(run).split()) else run)
        elif numbers and sum(_digits(token, words) for token in run) <= LONGEST_NUMBER:
            shown += run
        else:
            shown += [NUMBER]
    return " ".join(shown)


def _runs(text: str, words: Lexicon) -> list[str | list[str]]:
    """The words of ``text``, those that follow each other as numbers together."""
    tokens = text.split()
    numbers = [_is_number(token, words) for token in tokens]
    runs: list[str | list[str]] = []
    for at, token in enumerate(tokens):
        joint = fold(token).strip() in words.number_words.joints
        if not (numbers[at] or (joint and all(numbers[at - 1 : at + 2 : 2]) and 0 < at < len(tokens) - 1)):
            runs.append(token)
        elif runs and isinstance(runs[-1], list):
            runs[-1].append(token)
        else:
            runs.append([token])
    return [run[0] if _is_lone(run, words) else run for run in runs]


def _is_lone(run: str | list[str], words: Lexicon) -> bool:
    """Whether a number word by itself is none: "this one", "oh"."""
    word = fold(run[0]).strip()
    seldom = word in _PRONOUNS or (word in words.digit_words and word not in words.number_words.values)
    return isinstance(run, list) and len(run) == 1 and seldom


def _is_number(token: str, words: Lexicon) -> bool:
    if any(letter.isdigit() for letter in token):
        return True
    known = words.number_words
    parts = fold(token).split()
    return bool(parts) and all(
        part in known.values or part in known.multipliers or part in words.digit_words for part in parts
    )


def _digits(token: str, words: Lexicon) -> int:
    """How many digits a number takes up that is said as people say numbers of telephones."""
    return sum(map(str.isdigit, token)) or sum(_digits_of(part, words) for part in fold(token).split())


def _digits_of(word: str, words: Lexicon) -> int:
    known = words.number_words.values
    if word in words.digit_words or known.get(word, 100) < 10:
        return 1
    return 2 if known.get(word, 100) < 100 else 0


def is_quoted(quote: str, text: str, words: Lexicon) -> bool:
    """Whether ``quote`` is said in ``text``, word for word, and cuts no number in two."""
    said, part = fold(text) + " ", fold(quote) + " "
    if not part.strip():
        return False
    numbers = [run.span() for run in re.finditer(words.number_words.run, said)]
    starts = (found.start() for found in re.finditer(f"(?={re.escape(part)})", said))
    return any(not _cut(start, start + len(part) - 1, numbers) for start in starts)


def _cut(start: int, end: int, numbers: list[tuple[int, int]]) -> bool:
    return any(first < edge < last for first, last in numbers for edge in (start, end))
