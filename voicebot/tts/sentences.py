"""Text cut into sentences, so that the first can sound while the next is made. Pure."""

from __future__ import annotations

import re

_ENGLISH = "mr mrs ms dr st jr no inc co corp ltd vs dept apt approx acct a.m p.m u.s e.g i.e"
_SPANISH = "sr sra srta dra ud uds lic ing prof av depto núm nro art pág tel cía ee uu ee.uu p.ej"
ABBREVIATIONS = frozenset(f"{_ENGLISH} {_SPANISH}".split())
"""Words whose full stop ends no sentence, in lower case and without that stop."""

_END = re.compile(
    r"""(?P<stop>[.!?…]+["'”’»)\]]*)   # what ends a sentence, and what closes around it
        \s+                            # a decimal point has no space behind it
        (?=["'“‘«(\[¿¡]*[^\W_])        # the next sentence begins with a letter or a figure
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)\.$")


def split_sentences(text: str) -> list[str]:
    """Cut ``text`` where a reader would take breath; what comes out has no surrounding or empty space.

    Abbreviations, initials and figures (``Sr. Juan``, ``9 a.m.``, ``1.250,00``) stay whole, even where one
    ends a sentence: a sentence too long costs milliseconds, one cut in two is heard.
    """
    return [sentence for line in text.splitlines() for sentence in _split_line(" ".join(line.split()))]


def _split_line(line: str) -> list[str]:
    sentences, begin = [], 0
    for end in _END.finditer(line):
        sentence = line[begin : end.end("stop")]
        if not _ends_in_abbreviation(sentence):
            sentences.append(sentence)
            begin = end.end()
    return [*sentences, line[begin:]] if line[begin:] else sentences


def _ends_in_abbreviation(sentence: str) -> bool:
    last = _LAST_WORD.search(sentence)
    return last is not None and (last[1].lower() in ABBREVIATIONS or _is_initial(last[1]))


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and word.isupper()
