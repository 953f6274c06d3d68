"""The notation of the vocabulary's phrases, read as a regular expression and as JSGF alike. Pure.

``i [have] (already|just) paid <amount>`` has optional words, alternatives and slots; ``...`` stands for up to
four words of any kind, and ``*`` for any ending of a word ("bankrupt*"). These two exist for text only: a
recogniser cannot listen for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from voicebot.dialogue.understanding.text import fold

_TOKEN = re.compile(r"<(\w+)>|(\.\.\.)|([\[\]()|])|([^\s\[\]()|<>]+)")
_BRACKETS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}
_GAP = r"(?: \S+){0,4}?"
_BOUNDARY = "(?= |$)"


def expression(phrase: str, slots: Mapping[str, str]) -> re.Pattern[str]:
    """Finds ``phrase`` in folded text at word boundaries, with one named group for each slot: where a slot is
    written twice, for the second.

    Args:
        phrase: in the notation of this module.
        slots: the regular expression of each slot, beginning with its blank.
    """
    return re.compile(_source(phrase, slots, named=True) + _BOUNDARY)


def one_of(phrases: Iterable[str]) -> str:
    """The regular expression of any of ``phrases``, which have no slots, the first that fits."""
    return "|".join(_source(phrase, {}, named=False) + _BOUNDARY for phrase in phrases)


def any_phrase(phrases: str, slots: Mapping[str, str], *, at_end: bool = False) -> re.Pattern[str]:
    """Finds any of ``phrases``, one a line, without groups; nothing where there are none."""
    each = [_source(phrase, slots, named=False) for phrase in phrases.splitlines() if phrase.strip()]
    return re.compile(f"(?:{'|'.join(each)}){'$' if at_end else _BOUNDARY}" if each else "(?!)")


def _source(phrase: str, slots: Mapping[str, str], *, named: bool) -> str:
    tokens = list(_TOKEN.finditer(phrase))
    last = {token[1]: token for token in tokens} if named else {}
    return "".join(_piece(token, slots, named=last.get(token[1]) is token) for token in tokens)


def _piece(token: re.Match[str], slots: Mapping[str, str], *, named: bool) -> str:
    slot, gap, bracket, word = token.groups()
    if slot:
        return f"(?P<{slot}>{slots[slot]})" if named else f"(?:{slots[slot]})"
    if gap:
        return _GAP
    if bracket:
        return _BRACKETS[bracket]
    return re.escape(_folded(word)) + (r"\S*" if word.endswith("*") else "")


def indispensable(phrase: str) -> Sequence[frozenset[str]]:
    """Of each of these sets of words, every text with ``phrase`` in it has at least one.

    They are its whole words outside of brackets, and one of each alternative of a group.
    """
    needed, alternatives, opened = list[frozenset[str]](), list[list[str]](), ""
    for _slot, _gap, bracket, word in _TOKEN.findall(phrase):
        match opened, bracket:
            case "", "|":
                return ()
            case "", "(":
                alternatives = [[]]
            case "(", "|":
                alternatives.append([])
            case "(", ")" if all(alternatives):
                needed.append(frozenset(max(words, key=len) for words in alternatives))
        opened = _inside(opened, bracket)
        whole = () if word.endswith("*") else _folded(word).split()
        if not opened:
            needed.extend(frozenset((one,)) for one in whole)
        elif opened == "(":
            alternatives[-1].extend(whole)
    return needed


@cache
def _folded(word: str) -> str:
    """A word of the vocabulary, which is in many of its phrases."""
    return fold(word)


def _inside(opened: str, bracket: str) -> str:
    """The brackets that are open after ``bracket``."""
    if bracket in ("(", "["):
        return opened + bracket
    return opened[:-1] if bracket in (")", "]") else opened


def any_of(words: Mapping[str, object] | tuple[str, ...]) -> str:
    """The regular expression of any of ``words``, longest first, so that "twenty first" beats "twenty"."""
    return "(?:" + "|".join(fold(word) for word in sorted(words, key=len, reverse=True)) + ")"
