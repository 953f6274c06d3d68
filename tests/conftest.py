"""What every test may use: virtual time on request (``tests/fakes/virtual_time.py``), and real databases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.fakes.postgres import NoPostgresError, Postgres
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this session's own; skips where none can be had, except in CI: there it must run."""
    try:
        server = Postgres()
    except NoPostgresError as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL here: {reason}")
    yield server
    server.stop()


NewDatabase = Callable[[str], AbstractAsyncContextManager[str]]
"""Makes an empty database, ``sqlite`` or ``postgresql``, and tells its URL."""


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    @asynccontextmanager
    async def new(kind: str) -> AsyncIterator[str]:
        if kind == "sqlite":
            yield f"sqlite+aiosqlite:///{tmp_path / 'voicebot.db'}"
            return
        server: Postgres = request.getfixturevalue("postgres")
        async with server.database() as url:
            yield url

    return new


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[str]:
    """An empty database, once of SQLite and once of PostgreSQL."""
    async with new_database(request.param) as url:
        yield url
