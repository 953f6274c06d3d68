"""How a caller is called: "my name is Ana", "me llamo Ana". Pure."""

from __future__ import annotations

import re

from voicebot.dialogue.understanding.intents import spoken_intents
from voicebot.dialogue.understanding.lexicon import Lexicon

MOST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def spoken_name(text: str, words: Lexicon) -> str:
    """The name in ``text``, at most four words of letters alone; empty where something else is said."""
    said = _WORD.findall(text) if not re.search(r"\d", text) else []
    said = said[_introduced(said, words) :]
    while said and words.normal(said[-1]).strip() in words.farewells:
        said.pop()
    name = words.normal(" ".join(said))
    unnamed = words.no_names.intersection(name.split()) or spoken_intents(name, words)
    if not 0 < len(said) <= MOST_WORDS or unnamed:
        return ""
    return " ".join(word if any(map(str.isupper, word)) else word.title() for word in said)


def _introduced(said: list[str], words: Lexicon) -> int:
    """How many words come before the name."""
    ends = (number for number in range(len(said), 0, -1))
    return next((end for end in ends if words.introducing.fullmatch(words.normal(" ".join(said[:end])))), 0)
