"""What somebody else may tell us about words that we do not understand ourselves. Pure."""

from __future__ import annotations

from voicebot.dialogue.events import CallerSaid
from voicebot.dialogue.expecting import ListeningState, heard_besides, setting
from voicebot.dialogue.hearing import hear, hear_words
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.states import ReadBack
from voicebot.dialogue.outcomes import NotUnderstood, Outcome
from voicebot.dialogue.understanding.interpretation import OpenQuestion, meaning_of
from voicebot.dialogue.understanding.meaning import Expect, Heard, Intent


def heard(said: CallerSaid, state: ListeningState, known: Knowledge) -> Outcome:
    """What was said amounts to in ``state``: as we understand it, and only else as it was interpreted."""
    question = unclear(said.text, state, known) if said.interpretation else None
    if said.interpretation and question:
        return hear(meaning_of(said.interpretation, question), state, known)
    return hear_words(said.text, state, known)


def unclear(text: str, state: ListeningState, known: Knowledge) -> OpenQuestion | None:
    """What may be asked about ``text``; nothing where we understand it, and where digits are awaited."""
    against = setting(state, known)
    if not text.strip() or Expect.DIGITS in against.expects:
        return None
    if not isinstance(hear_words(text, state, known), NotUnderstood):
        return None
    return OpenQuestion(text, against, _allowed(state, known))


def _allowed(state: ListeningState, known: Knowledge) -> frozenset[Heard]:
    """The yes to a read-back makes a promise: it must be one that we understand ourselves."""
    return heard_besides(state, known) - ({Intent.YES} if isinstance(state, ReadBack) else set())
