"""Who holds the floor while a prompt plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from voicebot.calls.ears import Heard
from voicebot.calls.journal import CallerListened, Journal
from voicebot.calls.mouth import Mouth


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
    ) -> None:
        """``longest`` is how many seconds of speech may still take no turn; ``on_turn`` gets the others."""
        self._mouth = mouth
        self._judge = judge
        self._journal = journal
        self._longest = longest
        self._on_turn = on_turn

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
        if seconds > self._longest and self._mouth.held:
            self._mouth.stop()

    def end(self, heard: Heard) -> None:
        """The caller has spoken; over a held prompt it is the words that tell whose turn it is."""
        if self._mouth.held:
            heard.words.add_done_callback(lambda _: self._decide(heard))
        else:
            self._on_turn(heard)

    def _decide(self, heard: Heard) -> None:
        if heard.words.cancelled():
            return
        if self._mouth.held:
            if self._only_listened(heard):
                self._mouth.go_on()
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
