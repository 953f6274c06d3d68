"""``voicebot graph``: draw a flow."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from voicebot.dialogue.checking.names import unresolved
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.loader import read_flow
from voicebot.drawing.mermaid import mermaid
from voicebot.drawing.page import page
from voicebot.drawing.picture import picture
from voicebot.drawing.svg import svg
from voicebot.errors import FlowError


class Format(StrEnum):
    """What a flow is drawn as."""

    mermaid = "mermaid"
    svg = "svg"
    html = "html"


def draw(path: Path, form: Format, language: str | None) -> str:
    """The flow of a file, drawn; lint and proofs need not be content with it.

    Raises:
        FlowError: it cannot be read, names lead nowhere, or it does not speak ``language``.
    """
    flow, source = read_flow(path)
    if astray := unresolved(flow):
        raise UnusableFlow(source.problems(astray))
    return drawn(flow, form, language or flow.languages[0])


def drawn(flow: Flow, form: Format, language: str) -> str:
    """``flow`` with its words in ``language``.

    Raises:
        FlowError: it does not speak that.
    """
    if language not in flow.languages:
        raise FlowError(f"flow {flow.id} does not speak {language!r}: use {' or '.join(flow.languages)}")
    seen = picture(flow, language)
    match form:
        case Format.mermaid:
            return mermaid(seen)
        case Format.svg:
            return svg(seen)
        case Format.html:
            return page(flow, seen)
