"""Who holds the floor while a prompt plays."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from voicebot.calls.events import CallerListened
from voicebot.calls.heard import Heard
from voicebot.calls.journal import Journal
from voicebot.calls.mouth import Mouth
from voicebot.stt.recognizer import Transcript


class Judge(Protocol):
    """Knows what was asked, and what would answer it."""

    def only_listens(self, text: str, *, asked: bool) -> bool:
        """Whether ``text`` takes no turn: "aha", or no words at all; ``asked`` tells whether the caller has
        heard the question."""


class Floor:
    """Holds the prompt at the caller's first sound, and drops it once it is known that they take the turn.

    A cough, a murmur without words and an "aha" take none: the prompt goes on where it stopped being heard.
    """

    def __init__(
        self,
        mouth: Mouth,
        judge: Judge,
        journal: Journal,
        *,
        longest: float,
        on_turn: Callable[[Heard], None],
        on_no_turn: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        """``longest`` is how many seconds of speech may still take no turn; ``on_turn`` gets the others, in
        the order in which they were said; ``on_no_turn`` hears of each that took none; ``on_failure`` gets
        what goes wrong where nobody awaits it."""
        self._mouth = mouth
        self._judge = judge
        self._journal = journal
        self._longest = longest
        self._on_turn = on_turn
        self._on_no_turn = on_no_turn
        self._on_failure = on_failure
        self._undecided: deque[Heard] = deque()

    def suspect(self) -> None:
        """The caller made a sound over the prompt."""
        self._mouth.hold()

    def acquit(self) -> None:
        """It was a cough."""
        self._mouth.go_on()

    def break_in(self) -> None:
        """It is speech."""
        if not (self._mouth.held and self._longest):
            self._mouth.stop()

    def hear(self, seconds: float) -> None:
        """The caller has been speaking for so long."""
        if seconds > self._longest and self._mouth.held and not self._mouth.must_be_heard:
            self._mouth.stop()

    def end(self, heard: Heard) -> None:
        """The caller has spoken; over a held prompt it is the words that tell whose turn it is."""
        if self._mouth.held or self._undecided:
            self._undecided.append(heard)
            heard.words.add_done_callback(self._words_known)
        else:
            self._on_turn(heard)

    def _words_known(self, _: asyncio.Task[Transcript]) -> None:
        try:
            while self._undecided and self._undecided[0].words.done():
                self._decide(self._undecided.popleft())
        except Exception as error:  # a prompt that nobody lets go of would be silence for ever
            self._on_failure(error)

    def _decide(self, heard: Heard) -> None:
        if heard.words.cancelled():
            return
        if self._mouth.held:
            if self._only_listened(heard):
                self._mouth.go_on()
                self._on_no_turn()
                return
            self._mouth.stop()
        self._on_turn(heard)

    def _only_listened(self, heard: Heard) -> bool:
        if heard.words.exception():
            return False
        text, ended = heard.words.result().text, heard.ended
        if not self._judge.only_listens(text, asked=self._mouth.asked):
            return False
        self._journal.write(CallerListened(ended.decided_at, ended.started_at, ended.ended_at, text))
        return True
