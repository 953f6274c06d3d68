from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.calls.reminder import reminder
from voicebot.dialogue.language.flow import Flow


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What is freed in the test is freed by itself."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def flow() -> Flow:
    return reminder()
