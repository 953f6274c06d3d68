"""Which words give a prompt away: a safety net below what its author declares. Pure.

A proof follows declarations: ``tells: automated``, ``private: true``. These tables ask whether the words
agree. They know words and not what is meant: they miss a paraphrase, and may stop an innocent "balance".
"""

from __future__ import annotations

import re
from functools import cache

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
    return _any(NOTICE_WORDS[notice].get(language, ())).search(literal_words(template)) is not None


def debt_words(template: str, language: str) -> list[str]:
    """The words of a prompt that reveal a debt, each once, without accents."""
    found = _any(DEBT_WORDS.get(language, ())).findall(literal_words(template))
    return list(dict.fromkeys(word.strip() for word in found))


def literal_words(template: str) -> str:
    """What a template says whatever the facts are, folded."""
    syntax = parsed(template)
    quoted = (str(node.value) for node in syntax.find_all(Const))
    return fold(" ".join([*(node.data for node in syntax.find_all(TemplateData)), *quoted]))


@cache
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    forms = (fold(word) + (r"[a-z]*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?:{'|'.join(forms)})(?= |$)")
