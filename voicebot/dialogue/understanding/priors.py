"""Which answers are likely after which question, before a word is heard. Pure.

The model knows only words: "no" and "I can't" answer many questions. What has been asked tells the rest. No
answer is ever ruled out: whoever is asked for a name may well say that the bill is paid.
"""

from __future__ import annotations

from collections.abc import Mapping

from voicebot.dialogue.understanding.examples import LABELS, NONE
from voicebot.dialogue.understanding.meaning import Expect, Intent, Question, Setting

_EXPECTED, _COMMON, _AT_TIMES, _RARE = 1.0, 0.3, 0.1, 0.03

_ANYWHERE = frozenset(
    {Intent.STOP_CALLING, Intent.HOSTILE, Intent.HUMAN, Intent.CALL_LATER, Intent.OTHER_LANGUAGE}
)
"""What callers say whatever they were asked."""
_IDENTITY = frozenset({Intent.YES, Intent.NO, Intent.WRONG_PERSON, Intent.THIRD_PARTY})
_PAYMENT = frozenset(
    {
        Intent.PROMISE,
        Intent.CANNOT_PAY,
        Intent.NEGOTIATE,
        Intent.DISPUTE,
        Intent.ALREADY_PAID,
        Intent.QUESTION,
    }
)
_TO_THE_BOT = frozenset({Intent.REPEAT, Intent.HOLD_ON})

_PRIORS: Mapping[Question, Mapping[float, frozenset[Intent]]] = {
    Question.GREETING: {
        _EXPECTED: frozenset({Intent.VOICEMAIL}),
        _AT_TIMES: _ANYWHERE | frozenset({Intent.YES, Intent.THIRD_PARTY, Intent.QUESTION}),
    },
    Question.IDENTITY: {
        _EXPECTED: _IDENTITY,
        _COMMON: _ANYWHERE | _TO_THE_BOT | frozenset({Intent.QUESTION}),
        _AT_TIMES: frozenset({Intent.ALREADY_PAID, Intent.DISPUTE, Intent.VOICEMAIL}),
    },
    Question.PAYMENT: {
        _EXPECTED: _PAYMENT,
        _COMMON: _ANYWHERE | _TO_THE_BOT,
        _AT_TIMES: frozenset({Intent.YES, Intent.NO}),
    },
    Question.ANY: {_EXPECTED: _ANYWHERE, _COMMON: _IDENTITY | _PAYMENT | _TO_THE_BOT},
}


def prior(label: str, setting: Setting) -> float:
    """How likely ``label`` is where ``setting`` is what the dialogue waits for, beside the others."""
    if label == NONE:
        return _COMMON
    if Expect.YES_NO in setting.expects and label in (Intent.YES, Intent.NO):
        return _EXPECTED
    likely = _PRIORS[_question(setting)]
    return next((weight for weight, intents in likely.items() if label in intents), _RARE)


def _question(setting: Setting) -> Question:
    if setting.question is Question.ANY and setting.expects & {Expect.AMOUNT, Expect.DATE}:
        return Question.PAYMENT
    return setting.question


def posterior(likelihood: Mapping[str, float], setting: Setting) -> dict[str, float]:
    """The probability of each label, given the words and the question."""
    weighed = {label: likelihood[label] * prior(label, setting) for label in LABELS}
    total = sum(weighed.values())
    return {label: weight / total for label, weight in weighed.items()}
