"""Pronunciations by rule, in the phonemes of the English acoustic model (ARPAbet). Pure.

Spanish spelling says how it sounds, so a table will do. What English lacks is replaced by its nearest sound:
the demo-grade Spanish of the embedded recogniser, and its guess at names that no dictionary has.
"""

from __future__ import annotations

import re
import unicodedata

NARROW = {"six": "TH IH K TH", "one": "W AO N"}
"""How digits also sound on a line that ends at 3.4 kHz, in addition to the dictionary's. Of an S such a line
leaves what
the model knows as TH; without that, a six taken for an eight was the commonest error. The vowel of "one" is a
finding: it
helped every half of the speakers alike. No rule for every S: that makes "sixty" of "fifty"."""

_RULES = (
    ("ch", "CH"), ("ll", "Y"), ("rr", "R"), ("qu(?=[ei])", "K"), ("gu(?=[ei])", "G"), ("gü", "G W"),
    ("sh", "SH"), ("ce", "S EH"), ("ci", "S IY"), ("ge", "HH EH"), ("gi", "HH IY"), ("y$", "IY"),
    ("y", "Y"), ("i(?=[aeou])", "Y"), ("u(?=[aeio])", "W"), ("ai", "AY"), ("au", "AW"),
    ("ei", "EY"), ("oi", "OY"), ("a", "AA"), ("b", "B"), ("c", "K"), ("d", "D"), ("e", "EH"),
    ("f", "F"), ("g", "G"), ("h", ""), ("i", "IY"), ("j", "HH"), ("k", "K"), ("l", "L"), ("m", "M"),
    ("n", "N"), ("ñ", "N Y"), ("o", "OW"), ("p", "P"), ("q", "K"), ("r", "R"), ("s", "S"),
    ("t", "T"), ("u", "UW"), ("v", "B"), ("w", "W"), ("x", "K S"), ("z", "S"),
)  # fmt: skip
_SOUND = re.compile("|".join(f"({spelling})" for spelling, _ in _RULES))


def pronunciation(word: str) -> str:
    """The phonemes of ``word`` as Latin American Spanish spells them, parted by blanks."""
    plain = _without_accents(word.lower())
    sounds = (_RULES[found.lastindex - 1][1] for found in _SOUND.finditer(plain) if found.lastindex)
    return " ".join(sound for sound in sounds if sound)


def _without_accents(word: str) -> str:
    """Accents move the stress, which the model does not hear; an accented vowel forms no diphthong, but ours
    are the same sounds in a row either way."""
    kept = "ñü"
    return "".join(letter if letter in kept else unicodedata.normalize("NFKD", letter)[0] for letter in word)
