"""What every test may use: virtual time on request (see ``tests/fakes/virtual_time.py``)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.fakes.virtual_time import VirtualTimeLoop

# Machines are slow and shared: hypothesis judges by outcome alone, and in CI by the same examples each time.
settings.register_profile(
    "voicebot",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("voicebot")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "virtual_time: sleeps and deadlines of this test take no time")


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The hook through which pytest-asyncio asks for the event loop of a test."""
    if item.get_closest_marker("virtual_time"):
        return {"virtual": VirtualTimeLoop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def _logs_end_with_their_test() -> Iterator[None]:
    """A command that was run sends its log to a stream that is closed by the time of the next test."""
    yield
    structlog.reset_defaults()
