"""Text as the tables of the vocabulary match it: folded words, each after one blank. Pure."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\d+(?:[.,/-]\d+)*(?:st|nd|rd|th|k)?(?![a-z0-9])|[a-z]+|\d+|\$")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u00b4`]")


NAME, SURNAME = "zname", "zsurname"
"""What stands in the place of the name that was asked for, whoever it is."""


def fold(text: str) -> str:
    """Lower case without accents, apostrophes or punctuation, each word after a blank:
    ``" i cant pay $ 20"``.

    Recognisers write "dólares" or "dolares", "can't" or "cant"; here all of them are one word.
    """
    bare = _APOSTROPHES.sub("", text.lower())
    if not bare.isascii():
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", bare))
    words = _WORD.findall(bare)
    return "".join(f" {word}" for word in words)


def impersonal(folded: str, name: str) -> str:
    """Folded text with the name as it is, and nothing that only belongs to it: "ana's sister" keeps hers."""
    first, *others = fold(name).split() or [""]
    surname = "".join(f"(?: {re.escape(other)})?" for other in others)
    return re.sub(rf" {re.escape(first)}{surname}(?= |$)", f" {NAME}", folded) if first else folded


def nameless(folded: str, name: str) -> str:
    """Folded text without the name that was asked for: "ana's sister" is anybody's sister."""
    first, *others = fold(name).split() or [""]
    if first:
        folded = re.sub(rf" {first}s{{0,2}}(?= |$)", f" {NAME}", folded)
    for other in others:
        folded = re.sub(rf" {other}s?(?= |$)", f" {SURNAME}", folded)
    return folded
