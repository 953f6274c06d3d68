"""Prompts in several tones: which are written, and a flow as it speaks in one of them. Pure.

A text may be written once for each tone: ``es: {formal: "¿Puede pagar?", friendly: "¿Puedes pagar?"}``.
Whoever follows, proves or draws a flow meets it in one tone, with one text per language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import TONE, one_or_many
from voicebot.dialogue.language.problems import Path, did_you_mean
from voicebot.dialogue.reading.located_yaml import Document
from voicebot.dialogue.understanding.lexicon import LANGUAGES
from voicebot.errors import FlowError

TONES = "tones"
"""The key with the tones of a file; the first is its default."""
_DEPTHS = {"messages": 1, "slots": 2, "states": 2}
"""The sections that hold prompts, and how many names deep."""

Written = tuple[Path, dict[str, Any], dict[str, Any]]
"""The place of a text, the prompt around it, and its tones."""


def tones_of(data: Any) -> tuple[str, ...]:
    """The tones that a file declares, as far as they can be read."""
    declared = one_or_many(data.get(TONES)) if isinstance(data, dict) else None
    return tuple(tone for tone in declared if isinstance(tone, str)) if isinstance(declared, list) else ()


def note_tones(own: Document) -> None:
    """Note what is wrong with the tones of one file, and put the default of each text first."""
    known = tones_of(own.data)
    for path, prompt, texts in _texts_by_tone(own.data):
        for tone in texts.keys() - set(known):
            message = f"{tone!r} is no tone of this file{did_you_mean(tone, known)}"
            told = message if known else f"{message}: declare it, such as `tones: [formal, {tone}]`"
            own.mistake((*path, tone), told, key=True)
        if known and known[0] not in texts:
            own.mistake(path, f"{known[0]!r} is missing here: it is said where a tone is not written")
        prompt[str(path[-1])] = {tone: texts[tone] for tone in (*known[:1], *texts) if tone in texts}


def note_unwritten(document: Document) -> None:
    """Note the tones in which a flow, with all that it is made of, says nothing."""
    known = tones_of(document.data)
    written = {tone for _, _, texts in _texts_by_tone(document.data) for tone in texts}
    for index, tone in enumerate(known):
        if index and tone not in written:
            document.mistake(
                (TONES, index), f"nothing is written in {tone!r}{did_you_mean(tone, sorted(written))}"
            )


def in_tone(document: Document, tone: str) -> Document:
    """``document`` with one text per language, each with the place where it is written.

    What is not written in ``tone`` is said in the default of the flow, else in that of the file it is from.
    """
    default = tones_of(document.data)[:1]
    spoken = replace(document, data=deepcopy(document.data), values=dict(document.values))
    for path, prompt, texts in _texts_by_tone(spoken.data):
        said = next((one for one in (tone, *default, *texts) if one in texts), "")
        spoken.values[path] = document.where((*path, said))
        prompt[str(path[-1])] = texts.get(said, "")
    return spoken


def in_any_tone(data: Any) -> Any:
    """``data`` with one text per language, whichever: for looking at what is around the texts."""
    return in_tone(Document(data=data), "").data


def unknown_tone(flow: Flow, facts: Mapping[str, object]) -> str | None:
    """What to tell somebody whose fact ``tone`` is none of the flow's; nothing where it is one."""
    tone = facts.get(TONE)
    if not tone or not flow.tones or flow.speaks(tone):
        return None
    return f"{tone!r} is no tone of flow {flow.id}{did_you_mean(str(tone), flow.tones)}"


def in_known_tone(flow: Flow, facts: Mapping[str, object]) -> Flow:
    """``flow`` in the tone of ``facts``, for people at a terminal, who would rather hear of a slip.

    Raises:
        FlowError: it has tones, and not that one.
    """
    if told := unknown_tone(flow, facts):
        raise FlowError(told)
    return flow.in_tone(facts.get(TONE))


def _texts_by_tone(data: Any) -> Iterator[Written]:
    for section, depth in _DEPTHS.items():
        found = data.get(section) if isinstance(data, dict) else None
        for path, prompt in _below(found, depth, (section,)):
            texts = prompt if isinstance(prompt, dict) else {}
            for language in texts.keys() & set(LANGUAGES):
                if isinstance(texts[language], dict):
                    yield (*path, language), texts, texts[language]


def _below(data: Any, depth: int, path: Path) -> Iterator[tuple[Path, Any]]:
    if depth == 0:
        yield path, data
    elif isinstance(data, dict):
        for name, inside in data.items():
            yield from _below(inside, depth - 1, (*path, name))
