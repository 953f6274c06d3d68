"""What a flow says word for word, whoever is called: the sentences that can be made ready ahead. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from jinja2 import nodes

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.places import Words, all_words
from voicebot.dialogue.language.prompts import parsed
from voicebot.tts.sentences import split_sentences

MOST_VARIANTS = 64
"""Of one text, that come of its ``{% if %}``: those beyond are made when they are needed."""
_VALUE = "\ua66e"
"""Stands where a value is said: a letter that nobody writes."""


def fixed_sentences(flow: Flow) -> Mapping[str, Sequence[str]]:
    """By language, the sentences without a value, in every tone; each once, in the order of the flow."""
    found: dict[str, dict[str, None]] = {language: {} for language in flow.languages}
    for language, text in _texts(flow):
        found[language] |= dict.fromkeys(_fixed(text))
    return {language: tuple(sentences) for language, sentences in found.items()}


def _texts(flow: Flow) -> Iterator[tuple[str, str]]:
    for toned in flow.in_every_tone():
        for words in filter(_is_said, all_words(toned)):
            for language in flow.languages:
                if language in words.prompt:
                    yield language, words.prompt[language]


def _is_said(words: Words) -> bool:
    """By itself: an option is said within a sentence."""
    return words.heard and "options" not in words.path


def _fixed(text: str) -> Iterator[str]:
    for variant in islice(_variants(parsed(text).body), MOST_VARIANTS):
        said = " ".join(variant.split())
        yield from (one for one in split_sentences(said[:1].upper() + said[1:]) if _VALUE not in one)


def _variants(body: Iterable[nodes.Node]) -> Iterator[str]:
    """What a template can come to, with a sign for every value."""
    return ("".join(parts) for parts in product(*map(_outcomes, body)))


def _outcomes(node: nodes.Node) -> list[str]:
    match node:
        case nodes.Output():
            return [
                "".join(part.data if isinstance(part, nodes.TemplateData) else _VALUE for part in node.nodes)
            ]
        case nodes.If():
            branches = [node.body, *(other.body for other in node.elif_), node.else_]
            return [variant for branch in branches for variant in islice(_variants(branch), MOST_VARIANTS)]
        case _:
            return [_VALUE]
