"""A pause in what the caller says: is more to come?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from voicebot.stt.recognizer import Transcript
from voicebot.turns.detector import Words


class Pause:
    """Weighs what the words so far tell against what the voice tells, as soon as either is known."""

    def __init__(
        self,
        words: asyncio.Task[Transcript],
        voice: Coroutine[Any, Any, bool | None] | None,
        *,
        reach: Callable[[str], Words],
        weighed: Callable[[Words], None],
        foresee: Callable[[str], None],
    ) -> None:
        """``voice`` tells whether the caller sounds finished, ``None`` if that is not known soon;
        ``reach`` tells how far the caller has come with words;
        ``weighed`` gets what both say together;
        ``foresee`` gets words that may be all."""
        self._words = words
        self._reach = reach
        self._weighed = weighed
        self._foresee = foresee
        self._over = False
        self._by_words = self._by_voice = Words.OPEN
        words.add_done_callback(self._weigh_words)
        self._voice = asyncio.create_task(voice, name="end of turn") if voice else None
        if self._voice:
            self._voice.add_done_callback(self._weigh_voice)

    def end(self) -> asyncio.Task[Transcript]:
        """Weigh no more; the words so far, to come."""
        self._over = True
        if self._voice:
            self._voice.cancel()
        return self._words

    def _weigh_words(self, words: asyncio.Task[Transcript]) -> None:
        if self._over or words.cancelled() or words.exception():
            return
        text = words.result().text
        self._by_words = self._reach(text)
        self._weigh()
        if self._by_words is not Words.BROKEN_OFF:
            self._foresee(text)

    def _weigh_voice(self, voice: asyncio.Task[bool | None]) -> None:
        if self._over or voice.cancelled():
            return
        told = voice.result()
        self._by_voice = Words.OPEN if told is None else Words.COMPLETE if told else Words.BROKEN_OFF
        self._weigh()

    def _weigh(self) -> None:
        """What the words say goes before what the voice says."""
        self._weighed(self._by_voice if self._by_words is Words.OPEN else self._by_words)
