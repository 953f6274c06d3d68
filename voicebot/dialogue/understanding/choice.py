"""Which of several amounts or days in one utterance is meant. Pure.

"I can't do twelve fifty, I can do six hundred"; "not Friday, Monday"; "three hundred, no wait, make it two
fifty".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from voicebot.dialogue.understanding.lexicon import Denials

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mention(Generic[T]):
    """Something named, and where in the text."""

    value: T
    span: tuple[int, int]


def meant(text: str, mentions: Sequence[Mention[T]], denials: Denials) -> T | None:
    """The first of ``mentions`` (in order) that is neither denied nor corrected by a later one; what is only
    half denied ("not until Friday") where there is no other."""
    doubtful: T | None = None
    for number, mention in enumerate(mentions):
        start = mentions[number - 1].span[1] if number else 0
        end = mentions[number + 1].span[0] if number + 1 < len(mentions) else len(text)
        before, after = text[start : mention.span[0]], text[mention.span[1] : end]
        corrected = end < len(text) and denials.correcting.search(after)
        if corrected or denials.before.search(before):
            continue
        if denials.doubted.search(before):
            doubtful = mention.value if doubtful is None else doubtful
        elif not denials.after.match(after) or _denies_the_next(after, end < len(text), denials):
            return mention.value
    return doubtful


def _denies_the_next(after: str, is_next: bool, denials: Denials) -> bool:
    """Whether the "not" behind a mention belongs to the one that follows: "Wednesday, not Tuesday"."""
    return is_next and denials.before.search(after) is not None
