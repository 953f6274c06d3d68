"""Which words give a prompt away: a safety net below what its author declares. Pure.

A proof follows declarations: ``tells: automated``, ``private: true``. These tables ask whether the words
agree. They know words and not what is meant: they miss a paraphrase, and may stop an innocent "balance".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from jinja2.nodes import Const, TemplateData

from voicebot.dialogue.notation import Notice
from voicebot.dialogue.prompts import parsed
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


def gives(notice: Notice, template: str, language: str) -> bool:
    """Whether a prompt says at least one word of the notice that it is declared to give."""
    return bool(phrases_in(template, NOTICE_WORDS[notice].get(language, ())))


def debt_words(template: str, language: str) -> list[str]:
    """The words of a prompt that reveal a debt, each once, without accents."""
    return phrases_in(template, DEBT_WORDS.get(language, ()))


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
