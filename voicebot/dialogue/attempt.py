"""How it goes with an open question, and with the call: spoken tries, the keypad, giving up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.language.states import Ask

KEYPAD_TRIES = 2
"""Typed answers that may fail before a state is given up."""
DETOURS = 3
"""How often a question is repeated, waited for or digressed from before that counts as not understood."""
REFUSALS_BEFORE_KEYPAD = 2
"""Read-backs answered with no until slots are asked for by keypad."""
DEAF_AFTER = 2
"""Failures of the recogniser after which the rest of the call goes by keypad."""


@dataclass(slots=True)
class Attempt:
    """Counts what went wrong since the question was put."""

    misses: int = 0
    silences: int = 0
    mismatches: int = 0
    detours: int = 0
    deaf: bool = False
    """The recogniser failed at this question."""

    def by_keypad(self, state: ListeningState) -> bool:
        """Whether the keypad is asked for by now."""
        return state.keypad is not None and self.misses >= state.tries

    def to_keypad(self, state: ListeningState) -> None:
        """Leave out the spoken tries that remain."""
        if state.keypad is not None:
            self.misses = max(self.misses, state.tries)

    def is_lost(self, state: ListeningState) -> bool:
        """Whether the question is to be given up."""
        return self.misses >= state.tries + (KEYPAD_TRIES if state.keypad else 0)

    def is_deserted(self, state: ListeningState) -> bool:
        """Count a silence; whether it is one too many, with nobody at the keypad either."""
        self.silences += 1
        return self.by_keypad(state) and self.silences > 1

    def takes_detour(self) -> bool:
        """Count a wish to wait, to hear it again or to know something; false when there were too many."""
        self.detours += 1
        return self.detours <= DETOURS


@dataclass(slots=True)
class Difficulties:
    """Counts what went wrong in the whole call, so that the keypad is asked for where speech does not do."""

    refusals: int = 0
    """Read-backs that were not answered with yes."""
    recognition_failures: int = 0
    no_matches: int = 0
    """Utterances that meant nothing where they were said."""

    @property
    def deaf(self) -> bool:
        """The recogniser is not to be relied on any more."""
        return self.recognition_failures >= DEAF_AFTER

    def prefers_keypad(self, state: ListeningState) -> bool:
        """Whether ``state`` is put for the keypad at once."""
        refused = self.refusals >= REFUSALS_BEFORE_KEYPAD and isinstance(state, Ask) and bool(state.collect)
        return refused or self.deaf
