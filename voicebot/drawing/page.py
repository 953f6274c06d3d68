"""A flow as one HTML page: the picture, and every word that is said in every language. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.places import Words, all_words
from voicebot.drawing.picture import Picture
from voicebot.drawing.svg import svg

_STYLE = """
body{font:15px/1.45 Helvetica,Arial,sans-serif;color:#1c2733;margin:0 24px 48px}
svg{max-width:100%;height:auto} table{border-collapse:collapse;margin-top:8px}
td,th{border-top:1px solid #c8d0d9;padding:6px 14px 6px 0;text-align:left;vertical-align:top}
code{color:#2f6fb3}
"""


def page(flow: Flow, drawn: Picture) -> str:
    """The page, complete in itself."""
    heads = "".join(f"<th>{language}</th>" for language in flow.languages)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{escape(flow.id)}</title>',
            f"<style>{_STYLE}</style></head><body>",
            svg(drawn),
            "<h2>Every word</h2>",
            f"<table><tr><th>where</th>{heads}</tr>",
            *(_row(words, flow.languages) for words in _in_order(flow)),
            "</table></body></html>\n",
        ]
    )


def _in_order(flow: Flow) -> Iterator[Words]:
    """The conversation first, then what is borrowed by its states."""
    yield from sorted(all_words(flow), key=lambda words: words.path[0] != "states")


def _row(words: Words, languages: tuple[str, ...]) -> str:
    where = ".".join(str(step) for step in words.path if step != "states")
    texts = "".join(f"<td>{escape(words.prompt.get(language, ''))}</td>" for language in languages)
    return f"<tr><td><code>{escape(where)}</code></td>{texts}</tr>"
