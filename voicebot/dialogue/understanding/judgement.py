"""What an utterance is mainly about, by its words and by what was asked. Pure."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from voicebot.dialogue.understanding.classifier import classifier
from voicebot.dialogue.understanding.examples import NONE, examples
from voicebot.dialogue.understanding.features import Features, features, tokens
from voicebot.dialogue.understanding.lexicon import Lexicon
from voicebot.dialogue.understanding.meaning import Flag, Intent, Question, Setting
from voicebot.dialogue.understanding.priors import posterior

_TELLS_NOTHING = (Intent.NO, Intent.WRONG_PERSON, Intent.THIRD_PARTY, Intent.VOICEMAIL)
"""After these nobody is told anything: they are the careful choice while it is not known who speaks."""
_EVIDENCE = 5.0
"""How much likelier a phrase of the vocabulary's evidence makes its intent."""
_TELLING = {
    Flag.DECEASED: Intent.THIRD_PARTY,
    Flag.BANKRUPTCY: Intent.CANNOT_PAY,
    Flag.SELF_HARM_RISK: Intent.CANNOT_PAY,
    Flag.IDENTITY_THEFT: Intent.DISPUTE,
    Flag.ATTORNEY: Intent.DISPUTE,
    Flag.THREAT: Intent.HOSTILE,
    Flag.MINOR: Intent.THIRD_PARTY,
    Flag.ASKS_IF_AI: Intent.HUMAN,
    Flag.OPT_OUT_VOICE: Intent.STOP_CALLING,
    Flag.CONSENT_REVOKED: Intent.STOP_CALLING,
    Flag.ERASURE_REQUEST: Intent.STOP_CALLING,
}
"""What who raises these flags is mostly about."""
_SURE = 0.6
_CAREFUL = 1.5
"""How much likelier the other choice must be."""


def seen_by_model(text: str, words: Lexicon, language: str) -> Features:
    """What the model sees of normal and nameless text."""
    return features(tokens(text, words), class_of(language))


def likeliest_intent(
    text: str, seen: Features, flags: Set[Flag], words: Lexicon, setting: Setting
) -> tuple[Intent | None, float]:
    """The likeliest intent of normal and nameless text that raises ``flags``, and its probability.

    Silence has none.

    Args:
        text: normal and nameless.
        seen: what the model sees of it.
        flags: what it raises.
        words: the vocabulary.
        setting: what the dialogue waits for.
    """
    if not text:
        return None, 0.0
    likelihood = classifier(setting.language).probabilities(seen)
    for intent in _spoken_for(text, flags, words):
        likelihood[intent] *= _EVIDENCE
    likely = posterior(likelihood, setting)
    best = max((label for label in likely if label != NONE), key=lambda label: likely[label])
    if setting.question in (Question.IDENTITY, Question.GREETING) and likely[best] < _SURE:
        best = max(
            (*_TELLS_NOTHING, best),
            key=lambda label: likely[label] * (_CAREFUL if label in _TELLS_NOTHING else 1),
        )
    return Intent(best), likely[best]


def _spoken_for(text: str, flags: Set[Flag], words: Lexicon) -> Set[Intent]:
    """The intents that phrases of the vocabulary speak for."""
    said = words.speaking_for.found(text)
    if Flag.BANKRUPTCY in flags:  # the lawyer is the one who files it
        flags = flags - {Flag.ATTORNEY}
    return said | {intent for flag, intent in _TELLING.items() if flag in flags}


@cache
def class_of(language: str) -> dict[str, str]:
    """The class of each word that has one."""
    return dict(examples(language).class_of)
