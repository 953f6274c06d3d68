"""All models as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from voicebot.models.files import read_lock
from voicebot.models.folder import State, models_here, state_of
from voicebot.models.manifest import Model, manifest

MB = 1000**2
STYLES = {State.INSTALLED: "green", State.PARTIAL: "yellow", State.ABSENT: "dim"}


def table(models: Path) -> Table:
    """A line for each model."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("name", "what", "engine", "languages", "MB", "licence", "state"):
        shown.add_column(heading, justify="right" if heading == "MB" else "left", no_wrap=True)
    for model in manifest().values():
        shown.add_row(*_cells(model), _state(model.name, models))
    for name in _own(models):
        shown.add_row(name, "", "", "", f"{_size(models / name) / MB:.0f}", "your own", _state(name, models))
    return shown


def as_json(models: Path) -> str:
    """A JSON list with everything that is known of each model."""
    told = [{**_facts(model), "state": state_of(model.name, models)} for model in manifest().values()]
    own = [{"name": name, "size": _size(models / name), "state": State.INSTALLED} for name in _own(models)]
    return json.dumps([*told, *own], indent=2, ensure_ascii=False)


def _cells(model: Model) -> Iterator[str | Text]:
    yield model.name
    yield model.what
    yield model.engine
    yield " ".join(model.languages)
    yield f"{model.size / MB:.0f}"
    yield Text(model.licence, "" if model.commercial else "bold red")


def _state(name: str, models: Path) -> Text:
    state = state_of(name, models)
    return Text(state, STYLES[state])


def _facts(model: Model) -> dict[str, Any]:
    facts = model.model_dump(mode="json", exclude={"files", "base"})
    return {
        **facts,
        "commercial": model.commercial,
        "checksums": "published" if model.pinned else "first use",
    }


def _own(models: Path) -> list[str]:
    """Models that are here and in no list of ours."""
    return [name for name in models_here(models) if name not in manifest()]


def _size(folder: Path) -> int:
    return sum(file.size for file in read_lock(folder).files.values())
