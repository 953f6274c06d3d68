"""What each intent and flag stands for, in a line, for whoever or whatever is to tell them apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from voicebot.dialogue.understanding.meaning import Flag, Intent

INTENTS: Mapping[Intent, str] = MappingProxyType(
    {
        Intent.YES: "agrees with what was asked, or confirms it",
        Intent.NO: "does not agree with what was asked, or denies it",
        Intent.WRONG_PERSON: "nobody of that name is at this number, or the caller is somebody else",
        Intent.THIRD_PARTY: "knows the person who is asked for, but that person is not on the line",
        Intent.PROMISE: "is going to pay",
        Intent.ALREADY_PAID: "has paid already",
        Intent.CALL_LATER: "cannot talk now, wants to be called another time",
        Intent.STOP_CALLING: "wants no more calls",
        Intent.HUMAN: "wants to talk with a person",
        Intent.NEGOTIATE: "wants a discount, instalments, more time or other terms",
        Intent.CANNOT_PAY: "has no means to pay",
        Intent.DISPUTE: "says that the debt is not theirs, or is wrong",
        Intent.QUESTION: "asks about the debt, about who calls, or how to pay",
        Intent.HOSTILE: "insults without asking for anything",
        Intent.VOICEMAIL: "no person: the greeting of a mailbox, or of the network",
        Intent.REPEAT: "wants to hear the question once more",
        Intent.HOLD_ON: "wants a moment before answering",
        Intent.OTHER_LANGUAGE: "wants another language, or does not speak this one",
    }
)

FLAGS: Mapping[Flag, str] = MappingProxyType(
    {
        Flag.SELF_HARM_RISK: "speaks of hurting or killing themselves, or of not wanting to live",
        Flag.THREAT: "threatens somebody with violence",
        Flag.DECEASED: "the person who is asked for has died",
        Flag.ATTORNEY: "a lawyer speaks for them",
        Flag.BANKRUPTCY: "is bankrupt, or has filed for bankruptcy",
        Flag.IDENTITY_THEFT: "somebody else used their name, fraud",
        Flag.VULNERABLE: "is ill, bereaved, without a home, or in another plight",
        Flag.OPT_OUT: "wants no more calls",
        Flag.OPT_OUT_VOICE: "wants no more calls, but messages are welcome",
        Flag.CONSENT_REVOKED: "takes back the consent to be contacted",
        Flag.ERASURE_REQUEST: "wants their personal data deleted",
        Flag.ASKS_IF_AI: "asks whether this is a person or a machine",
        Flag.HARDSHIP: "has no work, no income or no means",
        Flag.REFUSAL: "will not pay, whatever is offered",
        Flag.MINOR: "is a child",
        Flag.LEGAL_THREAT: "threatens with a lawsuit or a complaint to an authority",
    }
)
