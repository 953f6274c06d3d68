"""What is done about an answer that went wrong: ask again, or give up. Pure.

Each failure is counted in the ``Attempt``; the reaction is a value that the ``Conversation`` carries out.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.dialogue.attempt import Attempt
from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.language.flow import Messages
from voicebot.dialogue.language.notation import Name, Prompt
from voicebot.dialogue.language.states import Verify
from voicebot.dialogue.language.values import Value


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Tell the caller why, and put the question once more."""

    why: Prompt
    limit: Value = ""
    """The bound that the answer did not keep."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Leave the question unanswered and go on."""

    target: Name


Reaction = AskAgain | GiveUp


def missed(
    attempt: Attempt, state: ListeningState, why: Prompt, *, limit: Value = "", give_up: Name | None = None
) -> Reaction:
    """An answer that was not understood or is not taken."""
    attempt.misses += 1
    return GiveUp(give_up or state.give_up) if attempt.is_lost(state) else AskAgain(why, limit)


def unheard(attempt: Attempt, state: ListeningState, messages: Messages) -> Reaction:
    """No answer at all."""
    nobody = state.when_silent or state.give_up
    if attempt.is_deserted(state):
        return GiveUp(nobody)
    return missed(attempt, state, messages.no_input, give_up=nobody)


def returned(attempt: Attempt, state: ListeningState) -> GiveUp | None:
    """The caller is back from a digression: no failure, until there were too many of them."""
    if not attempt.takes_detour():
        attempt.misses += 1
    return GiveUp(state.give_up) if attempt.is_lost(state) else None


def mismatched(attempt: Attempt, state: Verify) -> Reaction:
    """Digits that are not those of the right party."""
    attempt.mismatches += 1
    return GiveUp(state.wrong) if attempt.mismatches >= state.attempts else AskAgain(state.mismatch)


def unrecognised(attempt: Attempt, state: ListeningState, messages: Messages) -> Reaction:
    """An answer that the recogniser failed at: the keypad is asked for at once."""
    attempt.deaf = True
    if state.keypad is None or attempt.by_keypad(state):
        return missed(attempt, state, messages.no_match)
    attempt.to_keypad(state)
    return AskAgain(messages.no_match)
