"""Reading the JSGF grammars that dialogue states listen by. Pure.

Only what voicebot's own grammars use: rules, groups, options, alternatives and ``+``; no recursion,
weights or tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_RULE = re.compile(r"^(public )?<(\w+)> = (.*);$", re.MULTILINE)
_TOKEN = re.compile(r"<(\w+)>|([\[\]()|+])|([^\s<>\[\]()|+]+)")
_SIGNS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", "+": "+"}


def words_of(grammar: str) -> frozenset[str]:
    """Every word that ``grammar`` listens for."""
    bodies = (rule[3] for rule in _RULE.finditer(grammar))
    return frozenset(token[3] for body in bodies for token in _TOKEN.finditer(body) if token[3])


@lru_cache(maxsize=64)
def sentences(grammar: str) -> re.Pattern[str]:
    """Matches exactly the sentences of ``grammar``, each word after a blank: a decoder that ran out of
    sound may give the beginning of one."""
    rules = {rule[2]: rule[3] for rule in _RULE.finditer(grammar)}
    public = (rule[2] for rule in _RULE.finditer(grammar) if rule[1])
    return re.compile("|".join(_expression(name, rules) for name in public))


def with_alternatives(grammar: str, others: Mapping[str, str]) -> str:
    """``grammar`` with a second word wherever one of ``others`` may be said."""

    def alternatives(token: re.Match[str]) -> str:
        word = token[3]
        return f"({word} | {others[word]})" if word in others else token[0]

    def body(rule: re.Match[str]) -> str:
        return f"{rule[1] or ''}<{rule[2]}> = {_TOKEN.sub(alternatives, rule[3])};"

    return _RULE.sub(body, grammar)


def _expression(name: str, rules: dict[str, str]) -> str:
    pieces = []
    for token in _TOKEN.finditer(rules[name]):
        reference, sign, word = token.groups()
        if reference:
            pieces.append(_expression(reference, rules))
        else:
            pieces.append(_SIGNS[sign] if sign else f"(?: {re.escape(word)})")
    return f"(?:{''.join(pieces)})"
