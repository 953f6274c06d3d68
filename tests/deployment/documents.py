"""The examples that stand in the documents, ready to be tried."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"


def blocks(document: str, language: str = "") -> list[str]:
    """The fenced examples of a language in a document of ``docs/``."""
    text = (DOCS / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def site_file(document: str, name: str) -> str:
    """What a document tells people to write into a file of their site folder, all of it."""
    parts = [block for block in blocks(document, "ini") if block.startswith(f"; site/{name}")]
    assert parts, f"{document} has no example of site/{name}"
    return "\n".join(parts)
