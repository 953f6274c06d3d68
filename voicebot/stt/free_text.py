"""What recognisers of free speech write, as plain words; and what they invent where nobody spoke. Pure.

Whisper was trained on subtitles: to noise and silence it answers with their usual last lines, or says one
thing over and over. The thresholds are those of its authors (https://arxiv.org/abs/2212.04356, section 4.5).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

MOST_LETTERS_A_SECOND = 30
"""About twice as many as the fastest speakers say."""
LONGEST_INSTANT = 20
"""Letters that are believed of any sound, however short."""
MOST_COMPRESSION = 2.4
NOBODY_SPOKE = 0.6
"""Probability of no speech from which unsure words count as none."""
UNSURE = -1.0
"""Mean log probability of the words."""

_ASIDES = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫#]+")
"""What was heard besides speech: "[music]", "(laughs)"."""
_SPELLED = re.compile(r"(?<![\d.,])\d(?:[,-]\d)+(?![\d.,]*\d)")
"""Single digits strung together."""
_MARKS = re.compile(r"[^\w\s'$%.,/-]|[.,/-](?!\d)|(?<!\d)[.,/-](?=\d)|(?<=\d)-(?=\d)|_")
"""Punctuation, except within words and numbers."""

_FAREWELLS = re.compile(
    r"(?:thanks|thank you)(?: so much| very much)? for (?:watching|listening)(?: .*)?"
    r"|(?:please )?(?:like and )?subscribe(?: .*)?|see you (?:in the )?next (?:video|time)"
    r"|(?:muchas )?gracias por (?:ver|mirar|escuchar)(?: .*)?|no olvides suscribirte(?: .*)?"
    r"|suscr[ií]be(?:te|ros|nse)(?: .*)?|(?:subtitles|captions) by .*"
    r"|subt[ií]tulos .*amara.*|subt[ií]tulos (?:realizados |hechos )?por .*"
)


def plain(text: str) -> str:
    """Lower-case words with single blanks; numbers and amounts stay as they are written.

    "Sí, $1,250.75 el viernes." becomes "sí $1,250.75 el viernes"; "4-7-2-9" becomes "4 7 2 9".
    """
    spoken = _ASIDES.sub(" ", text.lower().replace("’", "'"))
    spoken = _SPELLED.sub(lambda digits: re.sub("[,-]", " ", digits[0]), spoken)
    return " ".join(_MARKS.sub(" ", spoken).split())


def expected_last(phrases: Sequence[str], most_words: int) -> str:
    """What is likely, for engines that are told it as what was said before.

    The last words weigh most, and the phrases begin with the likeliest.
    """
    words = ", ".join(reversed(phrases)).split()
    return " ".join(words[-most_words:]) if most_words else ""


def invented(words: str, seconds: float, *, no_speech: float = 0.0, log_probability: float = 0.0) -> bool:
    """Whether ``words`` (plain ones) of a sound of ``seconds`` are none that anybody said.

    Args:
        words: as ``plain`` gives them.
        seconds: how long the sound is.
        no_speech: the engine's probability that nobody spoke.
        log_probability: mean of the words' tokens.
    """
    return bool(
        (no_speech > NOBODY_SPOKE and log_probability < UNSURE)
        or len(words) > LONGEST_INSTANT + MOST_LETTERS_A_SECOND * seconds
        or _compression(words) > MOST_COMPRESSION
        or _FAREWELLS.fullmatch(words)
    )


def _compression(words: str) -> float:
    encoded = words.encode()
    return len(encoded) / len(zlib.compress(encoded))
