"""What callers say, in many words: the phrases of the vocabulary, each spelled out at random. Pure."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from voicebot.dialogue.understanding.flags import said_flags
from voicebot.dialogue.understanding.lexicon import Lexicon, lexicon
from voicebot.dialogue.understanding.meaning import Flag, Intent, Topic

VARIANTS = 3
"""Ways in which each phrase with choices in it is spelled out."""
NONSENSE = {
    "en": ("mumble", "purple", "marble", "window", "teapot", "kettle", "yellow"),
    "es": ("murmullo", "morado", "canica", "ventana", "tetera", "perro", "amarillo"),
}
"""What a recogniser hears in noise."""
OPENINGS = {"en": ("well", "look", "um", "listen"), "es": ("eh", "pues", "mire", "este")}
GREETINGS = {
    "en": "hi you have reached the mailbox of this number please leave a message after the tone",
    "es": "hola se ha comunicado con el buzón de este número deje su mensaje después del tono",
}
"""What an answering machine says."""
INTRODUCTIONS = {"en": "my name is", "es": "me llamo"}
EVERYTHING = {"en": ("all of it", "i can pay everything"), "es": ("todo", "puedo pagar todo")}
"""How people offer all that they owe."""

_TOKEN = re.compile(r"<\w+>|\.\.\.|[\[\]()|]|[^\s\[\]()|<>]+")
_SLOTS = {
    "en": {"<weekday>": "friday", "<number>": "two", "<month>": "december", "<major>": "dollars"},
    "es": {"<weekday>": "viernes", "<number>": "dos", "<month>": "diciembre", "<major>": "dólares"},
}


_MEANT_ALONG = frozenset({Flag.OPT_OUT, Flag.HARDSHIP, Flag.REFUSAL, Flag.ASKS_IF_AI})
"""Flags that intents raise by what they are."""


@cache
def ways_to_say(meaning: Intent | Flag | Topic, language: str) -> tuple[str, ...]:
    """Every phrase of the vocabulary for ``meaning``, spelled out; the same ones each time.

    Of those for an intent, none that raises a flag as well: "she is in hospital" is an emergency first, and
    where it leads is a matter of the flow.
    """
    words = lexicon(language)
    phrases = words.raising(meaning) if isinstance(meaning, Flag) else words.phrases(meaning).all
    rng = Random(f"{meaning}/{language}")
    spelled = (spell_out(phrase, language, rng) for phrase in phrases for _ in range(VARIANTS))
    return tuple(dict.fromkeys(one for one in spelled if isinstance(meaning, Flag) or not _warns(one, words)))


def _warns(text: str, words: Lexicon) -> bool:
    return not said_flags(words.normal(text), words) <= _MEANT_ALONG


def spell_out(phrase: str, language: str, rng: Random) -> str:
    """``[really] (stop|quit) calling`` as one of the sentences that it stands for."""
    tokens = _TOKEN.findall(phrase)
    said, rest = _alternatives(tokens, 0, language, rng)
    assert rest == len(tokens), phrase
    return " ".join(" ".join(said).split())


def _alternatives(tokens: list[str], at: int, language: str, rng: Random) -> tuple[list[str], int]:
    """One of the alternatives that begin at ``at``, and where they end."""
    choices: list[list[str]] = [[]]
    while at < len(tokens) and tokens[at] not in ")]":
        token, at = tokens[at], at + 1
        if token == "|":
            choices.append([])
        elif token in ("(", "["):
            inner, at = _alternatives(tokens, at, language, rng)
            choices[-1] += inner if token == "(" or rng.random() < 0.5 else []
            at += 1
        else:
            choices[-1].append(_word(token, language))
    return rng.choice(choices), at


def _word(token: str, language: str) -> str:
    if token == "...":
        return ""
    return _SLOTS[language].get(token, "") if token.startswith("<") else token.rstrip("*")


def misheard(words: str, language: str, rng: Random, *, wholly: bool) -> str:
    """``words`` with one of them lost in noise, or nothing left of them."""
    kept = words.split()
    if wholly or len(kept) < 2:
        return rng.choice(NONSENSE[language])
    kept[rng.randrange(len(kept))] = rng.choice(NONSENSE[language])
    return " ".join(kept)
