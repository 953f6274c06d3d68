"""The exchange with the caller: what is said or typed, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from voicebot.dialogue import events as told
from voicebot.dialogue import repair
from voicebot.dialogue.actions import Action, Say
from voicebot.dialogue.asking import again, put_again, question, say
from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.hearing import hear_keys
from voicebot.dialogue.interpreting import heard
from voicebot.dialogue.language.notation import Prompt
from voicebot.dialogue.language.states import Verify
from voicebot.dialogue.outcomes import (
    Answered,
    AskedForLanguage,
    AskedToWait,
    Digressed,
    Mismatch,
    NotUnderstood,
    Outcome,
    SaidAgain,
    Unwelcome,
)
from voicebot.dialogue.repair import AskAgain, GiveUp, Reaction
from voicebot.dialogue.walk import Walk

HOLD_ON_WAIT = 30.0
"""Seconds that a caller who asked for a moment is given."""

FromCaller = told.CallerSaid | told.CallerSilent | told.KeysPressed | told.RecognitionFailed


class Exchange(Walk):
    """A walk whose way the caller decides: answers lead on, and what is none is asked about once more."""

    def _caller_told(self, event: FromCaller, state: ListeningState) -> list[Action]:
        self._caller_heard |= not isinstance(event, told.CallerSilent)
        match event:
            case told.CallerSilent():
                return self._repaired(repair.unheard(self._attempt, state, self.flow.messages), state)
            case told.RecognitionFailed():
                self._difficulties.recognition_failures += 1
                return self._repaired(repair.unrecognised(self._attempt, state, self.flow.messages), state)
            case told.KeysPressed(keys=keys, early=early):
                outcome = hear_keys(keys, state, self._known, early=early)
                return self._after(outcome, state) if outcome else []
            case told.CallerSaid() as said:
                self._last_words = said.text
                return self._after(heard(said, state, self._known), state)
            case _:
                assert_never(event)

    def _after(self, outcome: Outcome, state: ListeningState) -> list[Action]:
        no_match = self.flow.messages.no_match
        match outcome:
            case Answered():
                return self._go(self._accept(outcome, state))
            case Digressed(target=target, answer=answer, denied=denied):
                if denied:
                    self._denied()
                return self._go(target, answer)
            case Unwelcome(reason=reason):
                why = reason.prompt or no_match
                return self._repaired(repair.missed(self._attempt, state, why, limit=reason.limit), state)
            case Mismatch():
                assert isinstance(state, Verify)
                return self._repaired(repair.mismatched(self._attempt, state), state)
            case NotUnderstood():
                self._difficulties.no_matches += 1
                return self._repaired(repair.missed(self._attempt, state, no_match), state)
            case SaidAgain():
                return self._detour(state, question(state, self._known))
            case AskedToWait():
                once_more = again(state, self._known)
                moment = self._say(self.flow.messages.hold_on, again=once_more)
                return self._detour(state, [moment], wait=HOLD_ON_WAIT)
            case AskedForLanguage():
                return self._in_other_language(state)
            case _:
                assert_never(outcome)

    def _repaired(self, reaction: Reaction, state: ListeningState) -> list[Action]:
        match reaction:
            case GiveUp(target=target):
                return self._go(target)
            case AskAgain(why=why, limit=limit):
                once_more = again(state, self._known, by_keypad=self._attempt.by_keypad(state))
                asked = self._say(why, limit=limit, again=once_more)
                return [asked, *self._offer_of_language(why), self._listen(state)]
            case _:
                assert_never(reaction)

    def _offer_of_language(self, why: Prompt) -> list[Say]:
        """Whoever is not understood at the first question may speak another language: said in that one."""
        messages, other = self.flow.messages, _following(self.language, self._languages)
        lost = why == messages.no_match and len(self._visits) == self._attempt.misses == 1
        if not (lost and other and messages.other_language):
            return []
        return [say(messages.other_language, replace(self._known, language=other))]

    def _in_other_language(self, state: ListeningState) -> list[Action]:
        """Change to the next language: what the law wants understood is said again, then the question."""
        other = _following(self.language, self._languages)
        if other is None or not self._attempt.takes_detour():
            return self._after(NotUnderstood(), state)
        self.language = other
        notices = [self._say(notice.say, interruptible=False) for notice in self._notices]
        by_keypad = self._attempt.by_keypad(state)
        asked = put_again(state, self._known, by_keypad=True) if by_keypad else question(state, self._known)
        return [*notices, *asked, self._listen(state)]

    def _detour(self, state: ListeningState, say: list[Say], wait: float | None = None) -> list[Action]:
        if not self._attempt.takes_detour():
            return self._after(NotUnderstood(), state)
        return [*say, self._listen(state, wait=wait)]


def _following(language: str, languages: Sequence[str]) -> str | None:
    """The next of ``languages``, the first one after the last; ``None`` where there is no other."""
    at = languages.index(language) if language in languages else -1
    other = languages[(at + 1) % len(languages)] if languages else language
    return other if other != language else None
