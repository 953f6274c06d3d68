"""What callers say, as the model learns it: the examples of one language and their variations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from random import Random

from pydantic import BaseModel, ConfigDict

from voicebot.dialogue.understanding.meaning import Flag, Intent
from voicebot.dialogue.understanding.tables import read_table
from voicebot.dialogue.understanding.text import fold

NONE = "none"
"""The label of what means nothing to us."""
LABELS = (*Intent, NONE)
LEARNED = (
    Flag.SELF_HARM_RISK,
    Flag.THREAT,
    Flag.DECEASED,
    Flag.ATTORNEY,
    Flag.BANKRUPTCY,
    Flag.IDENTITY_THEFT,
    Flag.OPT_OUT,
    Flag.OPT_OUT_VOICE,
    Flag.CONSENT_REVOKED,
    Flag.ERASURE_REQUEST,
)
"""The flags that the model learns as well: those that end a call or hand it to a person."""

_TOKEN = re.compile(r"<(\w+)>|([\[\]()|])|([^\s\[\]()|<>]+)")


class Examples(BaseModel):
    """Phrasings of every intent, in the notation of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: dict[str, tuple[str, ...]]
    """Words for the same thing: what is learned of one is learned of all."""
    lists: dict[str, tuple[str, ...]]
    """What a ``<list>`` in a phrasing stands for."""
    fillers: tuple[str, ...]
    """What is said before and after anything."""
    intents: dict[str, str]
    """One phrasing a line."""
    flags: dict[str, str] = {}
    """One phrasing a line; under ``unless`` what only sounds like one."""

    @cached_property
    def class_of(self) -> Mapping[str, str]:
        """The class of each folded word that has one."""
        return {fold(word).strip(): name for name, words in self.classes.items() for word in words}

    def phrasings(self) -> Iterator[tuple[str, str]]:
        """Every line of the intents with its label."""
        yield from _lines(self.intents)

    def warnings(self) -> Iterator[tuple[str, str]]:
        """Every line of the flags with its label, which is that of no intent."""
        yield from _lines(self.flags)

    def spoken(self, phrasing: str, random: Random) -> str:
        """One of the ways to say a phrasing."""
        return " ".join(self._words(list(_TOKEN.finditer(phrasing)), random))

    def _words(self, tokens: list[re.Match[str]], random: Random) -> Iterator[str]:
        chosen, _ = _choice(tokens, 0, random)
        for slot, word in chosen:
            yield random.choice(self.lists[slot]) if slot else word


def _lines(table: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for label, lines in table.items():
        for line in lines.splitlines():
            if line.strip():
                yield label, line.strip()


_Word = tuple[str, str]


def _choice(tokens: list[re.Match[str]], at: int, random: Random) -> tuple[list[_Word], int]:
    """One of the alternatives from ``at`` to the closing bracket or the end, and where it ends."""
    alternatives: list[list[_Word]] = [[]]
    while at < len(tokens):
        slot, mark, word = tokens[at].groups()
        at += 1
        if mark in ("]", ")"):
            break
        if mark == "|":
            alternatives.append([])
        elif mark in ("[", "("):
            inner, at = _choice(tokens, at, random)
            alternatives[-1] += inner if mark == "(" or random.random() < 0.4 else []
        else:
            alternatives[-1].append((slot, word))
    return random.choice(alternatives), at


def examples(language: str) -> Examples:
    """The examples of ``en`` or ``es``."""
    source = files("voicebot.dialogue.understanding").joinpath("examples", f"{language}.yaml")
    return Examples.model_validate(read_table(source.read_text("utf-8")))
