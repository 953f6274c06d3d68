"""Words of a sound that goes on, by decoding it again and again: those that two decodings agree on. Pure.

Local agreement (Liu and others, "Low-latency sequence-to-sequence speech recognition", Interspeech 2020):
what two decodings in a row begin with is believed, and stays. Figures never are: "$1,000" becomes "$1,200"
with the next words.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import takewhile


class Agreement:
    """Follows the decodings of one utterance."""

    def __init__(self) -> None:
        self._last: list[str] = []
        self._agreed: list[str] = []

    @property
    def words(self) -> str:
        """What is believed so far."""
        return " ".join(self._agreed)

    def decoded(self, text: str) -> bool:
        """Take the next decoding, of more of the sound; whether more is believed now."""
        words = text.split()
        same = [word for word, _ in takewhile(_alike, zip(words, self._last, strict=False))]
        self._last = words
        if len(same) <= len(self._agreed) or same[: len(self._agreed)] != self._agreed:
            return False
        self._agreed = same
        return True

    def final(self, text: str) -> str:
        """What is believed, and behind it what the decoding of the whole sound has there."""
        words = text.split()
        if words[: len(self._agreed)] == self._agreed:
            return text
        return " ".join([*self._agreed, *words[self._end_in(words) :]])

    def _end_in(self, words: list[str]) -> int:
        """Where in ``words`` what is believed ends."""
        *blocks, end = SequenceMatcher(None, self._agreed, words, autojunk=False).get_matching_blocks()
        if not blocks:
            return 0
        last = blocks[-1]
        return min(last.b + len(self._agreed) - last.a, end.b)


def _alike(pair: tuple[str, str]) -> bool:
    now, before = pair
    return now == before and not any(letter.isdigit() for letter in now)
