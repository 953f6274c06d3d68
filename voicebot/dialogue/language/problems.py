"""What is wrong with a flow, told to the one who writes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from voicebot.errors import FlowError

Path = tuple[str | int, ...]
"""Keys and indices from the top of a YAML document to a place in it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a place of a document whose lines are not known here."""

    path: Path
    message: str
    key: bool = False
    """It is about the key at ``path``, not about what stands behind it."""


@dataclass(frozen=True, slots=True, order=True)
class FlowProblem:
    """Something wrong, where an editor can jump to."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class UnusableFlow(FlowError):  # noqa: N818  # reads as what it is: an unusable flow
    """Every problem of a flow at once."""

    def __init__(self, problems: Iterable[FlowProblem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """``: did you mean 'say'?``, or the choices when none is near."""
    choices = list(words)
    plain = {_plain(choice): choice for choice in reversed(choices)}
    nearest = get_close_matches(_plain(word), plain, n=1, cutoff=0.6)
    if nearest:
        return f": did you mean {plain[nearest[0]]!r}?"
    return f"; there is {', '.join(choices)}" if choices else ""


def _plain(word: str) -> str:
    """What two spellings of a word have in common: ``Give-up`` and ``give_up``."""
    return word.casefold().replace("-", "_").replace(" ", "_")
