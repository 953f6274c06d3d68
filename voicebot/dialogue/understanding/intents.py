"""What the caller wants, by the phrases of the vocabulary. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.meaning import Intent, Topic

PRECEDENCE = (
    Intent.STOP_CALLING,
    Intent.OTHER_LANGUAGE,
    Intent.WRONG_PERSON,
    Intent.DISPUTE,
    Intent.ALREADY_PAID,
    Intent.THIRD_PARTY,
    Intent.HUMAN,
    Intent.NEGOTIATE,
    Intent.CANNOT_PAY,
    Intent.CALL_LATER,
    Intent.VOICEMAIL,
    Intent.HOSTILE,
    Intent.QUESTION,
    Intent.REPEAT,
    Intent.HOLD_ON,
    Intent.PROMISE,
    Intent.NO,
    Intent.YES,
)
"""Which of several intents an utterance is about: what the law or the caller's rights hang on comes first,
and a "no" before a "yes", because a wrong "yes" would confirm a promise that nobody made."""


@dataclass(frozen=True, slots=True)
class SpokenIntent:
    """An intent and where in the text it was said."""

    intent: Intent
    span: tuple[int, int]


def spoken_intents(text: str, words: Lexicon) -> list[SpokenIntent]:
    """The intents in normal ``text`` by precedence; of phrases that overlap the longest counts, so that
    "no problem" is a yes and "i can't pay all of it" negotiates."""
    text = words.aside.sub(" |", text)
    found = [
        SpokenIntent(intent, match.span())
        for intent, pattern in (*words.ways_to_say_intents.possible(text), *words.whole_answers)
        for match in pattern.finditer(text)
    ]
    found.sort(key=lambda said: (said.span[0] - said.span[1], PRECEDENCE.index(said.intent)))
    kept: list[SpokenIntent] = []
    for said in found:
        if all(said.span[1] <= other.span[0] or other.span[1] <= said.span[0] for other in kept):
            kept.append(said)
    return sorted(kept, key=lambda said: PRECEDENCE.index(said.intent))


def spoken_topics(text: str, words: Lexicon) -> frozenset[Topic]:
    """What normal ``text`` asks about."""
    return words.ways_to_ask.found(text)
