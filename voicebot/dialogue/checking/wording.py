"""Which words give a prompt away: a safety net below what its author declares. Pure.

A proof follows declarations: ``tells: automated``, ``private: true``. These tables ask whether the words
agree. They know words and not what is meant: they miss a paraphrase, and may stop an innocent "balance".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from jinja2.nodes import Const, TemplateData

from voicebot.dialogue.language.notation import Notice
from voicebot.dialogue.language.prompts import parsed
from voicebot.dialogue.understanding.text import fold

NOTICE_WORDS: dict[Notice, dict[str, tuple[str, ...]]] = {
    Notice.AUTOMATED: {
        "en": (
            "automated",
            "automatic*",
            "virtual",
            "robot*",
            "bot",
            "ai",
            "a i",
            "artificial",
            "machine",
            "computer*",
        ),
        "es": (
            "automatic*",
            "automatizad*",
            "virtual",
            "robot*",
            "bot",
            "ia",
            "i a",
            "artificial",
            "maquina",
        ),
    },
    Notice.RECORDED: {"en": ("record*",), "es": ("graba*", "grabe*")},
    Notice.DEBT_COLLECTION: {
        "en": ("collect a debt", "collect this debt", "debt collector*", "debt collection"),
        "es": ("cobr* una deuda", "cobr* esta deuda", "cobro de una deuda", "cobrador de deudas", "cobranza"),
    },
}
"""Words of which a prompt that gives the notice says one; ``*`` is any ending."""

DEBT_WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        *(
            "debt*",
            "indebted",
            "owe",
            "owes",
            "owed",
            "owing",
            "overdue",
            "past due",
            "amount due",
            "balance due",
        ),
        *("payment due", "payment is due", "was due", "unpaid", "arrears", "delinquen*", "missed payment*"),
        *("collect", "collecting", "collection*", "collector*", "balance*", "outstanding", "late payment*"),
    ),
    "es": (
        *("deuda*", "deudor*", "endeudad*", "debe", "deben", "debes", "debia*", "adeud*", "mora", "moros*"),
        *("cobr*", "saldo*", "vencid*", "vencio", "impag*", "atrasad*", "atraso*", "pago pendiente"),
        *("pagos pendientes", "monto pendiente"),
    ),
}
"""Words that reveal that there is a debt."""


NOTED_WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        *("noted", "made a note", "took a note", "i have recorded", "has been recorded", "put on record"),
        *("i have saved", "is saved", "wrote it down", "wrote that down", "written down", "registered your"),
    ),
    "es": (
        *("anotad*", "lo anote", "anote que", "anote su", "anote tu", "he anotado", "deje constancia"),
        *("tome nota", "quedo registrad*", "lo registre", "registre su", "registre tu", "quedo guardad*"),
    ),
}
"""Words that call something noted."""

_UNNOTED = {
    "en": ("not ... noted", "cannot ... noted", "nothing ... noted", "not ... saved", "not ... recorded"),
    "es": ("no ... anotad*", "nada ... anotad*", "no ... registrad*", "no ... guardad*"),
}
"""Words that tell the contrary."""


def gives(notice: Notice, template: str, language: str) -> bool:
    """Whether a prompt says at least one word of the notice that it is declared to give."""
    return bool(phrases_in(template, NOTICE_WORDS[notice].get(language, ())))


def debt_words(template: str, language: str) -> list[str]:
    """The words of a prompt that reveal a debt, each once, without accents."""
    return phrases_in(template, DEBT_WORDS.get(language, ()))


def noted_words(template: str, language: str) -> list[str]:
    """The words of a prompt that call something noted, each once, without accents."""
    denied = phrases_in(template, _UNNOTED.get(language, ()))
    return [] if denied else phrases_in(template, NOTED_WORDS.get(language, ()))


def phrases_in(template: str, phrases: tuple[str, ...]) -> list[str]:
    """What a prompt says of ``phrases``, each once, without accents; in them ``*`` is any ending, and ``...``
    up to four words of any kind."""
    found = _any(phrases).findall(literal_words(template)) if phrases else []
    return list(dict.fromkeys(words.strip() for words in found))


@lru_cache(maxsize=4096)
def literal_words(template: str) -> str:
    """What a template says whatever the facts are, folded."""
    syntax = parsed(template)
    quoted = (str(node.value) for node in syntax.find_all(Const))
    return fold(" ".join([*(node.data for node in syntax.find_all(TemplateData)), *quoted]))


@cache
def _any(phrases: tuple[str, ...]) -> re.Pattern[str]:
    forms = ("".join(map(_form, phrase.split())) for phrase in phrases)
    return re.compile(rf"(?:{'|'.join(forms)})(?= |$)")


def _form(word: str) -> str:
    if word == "...":
        return r"(?: \S+){0,4}?"
    return fold(word) + (r"[a-z]*" if word.endswith("*") else "")
