"""What the generator of voicebot/telephony/ari_models.py says when Asterisk changes."""

from __future__ import annotations

import importlib
from copy import deepcopy
from typing import Any

import pytest

from tests.acceptance.pbx import REPOSITORY


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(REPOSITORY / "scripts")
    return importlib.import_module("ari_models")


@pytest.fixture
def docs(generator: Any) -> dict[str, Any]:
    """An Asterisk whose every field is a text that may be missing."""
    text = {"type": "string"}
    return {
        name: {
            "models": {model: {"properties": dict.fromkeys(fields, text)} for model, fields in models.items()}
        }
        for name, models in generator.USED.items()
    }


def test_what_is_required_and_of_what_type_is_taken_over(generator: Any, docs: dict[str, Any]) -> None:
    docs["channels"]["models"]["Channel"]["properties"] |= {
        "state": {"type": "string", "required": True},
        "caller": {"type": "CallerID", "required": True},
    }
    module = generator.render("22.99.0", docs)
    assert "Generated from Asterisk 22.99.0" in module
    assert "    name: str | None = None\n    state: str\n    caller: CallerID\n" in module


def test_a_field_that_was_removed_is_named(generator: Any, docs: dict[str, Any]) -> None:
    del docs["events"]["models"]["Dial"]["properties"]["peer"]
    with pytest.raises(generator.UnknownError, match=r"no Dial\.peer any more"):
        generator.render("22.99.0", docs)


def test_a_type_nobody_has_heard_of_is_named(generator: Any, docs: dict[str, Any]) -> None:
    changed = deepcopy(docs)
    changed["events"]["models"]["ChannelDestroyed"]["properties"]["cause"] = {"type": "Cause"}
    with pytest.raises(generator.UnknownError, match=r"ChannelDestroyed\.cause is a Cause"):
        generator.render("22.99.0", changed)
