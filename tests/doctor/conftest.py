from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the machine that runs the tests stay out of the scenes."""
    for name in tuple(os.environ):
        if name.startswith("VOICEBOT_"):
            monkeypatch.delenv(name)
