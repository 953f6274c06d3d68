"""The kinds of people, and machines, that pick up a telephone. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from voicebot.dialogue.understanding.meaning import Flag, Intent, Topic
from voicebot.simulation.remarks import Asked, Line, Persona

EVERYTHING = (*Intent, *Flag, *Topic, *(line for line in Line if line is not Line.JUDGE))

PERSONAS: Mapping[str, Persona] = {
    "willing": Persona(
        answers={
            Asked.WHO: {Intent.YES: 20, Intent.NO: 1},
            Asked.DIGITS: {Line.DIGITS: 9, Line.WRONG_DIGITS: 1},
            Asked.MONEY: {
                Line.OFFER: 6,
                Line.OFFER_AND_DAY: 6,
                Line.ALL_OF_IT: 4,
                Line.TOO_MUCH: 1,
                Intent.YES: 2,
            },
            Asked.DAY: {Line.DAY: 10, Line.TOO_LATE: 1, Line.YESTERDAY: 1, Line.MUMBLE: 1},
            Asked.READ_BACK: {Line.JUDGE: 1},
            Asked.YES_NO: {Intent.YES: 3, Intent.NO: 1},
        },
        digressions=(
            *(Intent.REPEAT, Intent.HOLD_ON, Intent.PROMISE, Intent.OTHER_LANGUAGE),
            *(Flag.ASKS_IF_AI, *Topic),
        ),
        digresses=0.06,
    ),
    "evasive": Persona(
        answers={
            Asked.WHO: {Intent.YES: 5, Intent.NO: 1, Intent.CALL_LATER: 1, Line.MUMBLE: 2},
            Asked.DIGITS: {Line.DIGITS: 5, Line.WRONG_DIGITS: 2, Line.MUMBLE: 1, Intent.NO: 1},
            Asked.MONEY: {
                Intent.NO: 3,
                Intent.CANNOT_PAY: 2,
                Intent.NEGOTIATE: 1,
                Intent.PROMISE: 1,
                Intent.DISPUTE: 1,
                Line.OFFER: 3,
                Line.MUMBLE: 2,
                Line.DAY: 1,
                Line.TOO_MUCH: 1,
            },
            Asked.DAY: {Line.MUMBLE: 3, Intent.NO: 1, Line.TOO_LATE: 2, Line.DAY: 3, Intent.CALL_LATER: 1},
            Asked.READ_BACK: {
                Line.JUDGE: 3,
                Intent.NO: 3,
                Line.CORRECTION: 3,
                Line.MUMBLE: 1,
                Line.OFFER_AND_DAY: 1,
            },
            Asked.YES_NO: {Intent.NO: 3, Intent.YES: 2, Line.MUMBLE: 2, Intent.CANNOT_PAY: 1},
        },
        digressions=(
            Intent.REPEAT,
            Intent.HOLD_ON,
            Intent.CALL_LATER,
            Intent.ALREADY_PAID,
            Intent.HUMAN,
            Line.SILENCE,
        ),
        digresses=0.15,
        silent=0.08,
    ),
    "hostile": Persona(
        answers={
            Asked.WHO: {
                Intent.YES: 4,
                Intent.NO: 3,
                Intent.STOP_CALLING: 2,
                Intent.WRONG_PERSON: 1,
                Line.MUMBLE: 1,
            },
            Asked.DIGITS: {Line.DIGITS: 4, Line.WRONG_DIGITS: 2, Intent.NO: 2, Intent.STOP_CALLING: 1},
            Asked.MONEY: {
                Intent.NO: 3,
                Intent.DISPUTE: 3,
                Intent.STOP_CALLING: 2,
                Flag.THREAT: 2,
                Line.OFFER: 1,
            },
            Asked.READ_BACK: {Intent.NO: 3, Intent.STOP_CALLING: 1, Line.CORRECTION: 1, Intent.YES: 1},
            Asked.YES_NO: {Intent.NO: 4, Intent.STOP_CALLING: 2, Intent.YES: 1, Flag.THREAT: 1},
        },
        digressions=(
            Intent.STOP_CALLING,
            Intent.HUMAN,
            Intent.DISPUTE,
            Flag.ATTORNEY,
            Flag.OPT_OUT_VOICE,
            Flag.THREAT,
        ),
        digresses=0.12,
        leaves=0.06,
    ),
    "wrong_person": Persona(
        answers={
            Asked.WHO: {Intent.NO: 5, Intent.WRONG_PERSON: 4, Intent.THIRD_PARTY: 4, Intent.YES: 1},
            Asked.DIGITS: {Intent.NO: 2, Line.WRONG_DIGITS: 4, Intent.WRONG_PERSON: 2, Line.MUMBLE: 1},
            Asked.YES_NO: {Intent.NO: 3, Intent.YES: 1, Intent.WRONG_PERSON: 1},
        },
        digressions=(
            Flag.DECEASED,
            Intent.CALL_LATER,
            Intent.REPEAT,
            Intent.STOP_CALLING,
            Flag.IDENTITY_THEFT,
        ),
        digresses=0.08,
    ),
    "voicemail": Persona(
        answers={Asked.YES_NO: {Line.GREETING: 1}}, types=0.0, misheard=0.3, silent=0.2, leaves=0.05
    ),
    "vulnerable": Persona(
        answers={
            Asked.WHO: {Intent.YES: 8, Flag.VULNERABLE: 1, Line.MUMBLE: 1},
            Asked.DIGITS: {Line.DIGITS: 6, Line.MUMBLE: 2, Line.WRONG_DIGITS: 1},
            Asked.MONEY: {
                Intent.CANNOT_PAY: 4,
                Flag.VULNERABLE: 2,
                Flag.SELF_HARM_RISK: 1,
                Line.OFFER: 1,
                Line.DAY: 1,
            },
            Asked.READ_BACK: {Line.JUDGE: 2, Line.MUMBLE: 2, Flag.VULNERABLE: 1},
            Asked.YES_NO: {Intent.YES: 2, Intent.NO: 2, Line.MUMBLE: 2},
        },
        digressions=(
            Flag.VULNERABLE,
            Flag.SELF_HARM_RISK,
            Flag.DECEASED,
            Flag.BANKRUPTCY,
            Intent.REPEAT,
            Intent.HOLD_ON,
        ),
        digresses=0.12,
        silent=0.1,
        misheard=0.12,
    ),
    "random": Persona(
        answers={Asked.YES_NO: dict.fromkeys(EVERYTHING, 1) | {Line.DIGITS: 6, Intent.YES: 6}},
        types=0.25,
        unrecognised=0.05,
    ),
}
"""``random`` says anything at any time, and is told what never happens in that order on a line."""
