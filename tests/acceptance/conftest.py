"""A real Asterisk for the whole session, telephones registered with it, and our bot behind it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.acceptance.bot import Bot
from tests.acceptance.pbx import REPOSITORY, Pbx, PbxError
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.until import PATIENCE

TEST_NUMBERS = str(REPOSITORY / "dialplans" / "test")


@pytest.fixture(scope="session")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pbx]:
    """Skips where no Asterisk can be had, except in CI: there it must run."""
    try:
        pbx = Pbx.start(tmp_path_factory.mktemp("pbx"), "--site", TEST_NUMBERS)
    except PbxError as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Asterisk here: {reason}")
    yield pbx
    pbx.stop()


@pytest.fixture
async def phone(asterisk: Pbx) -> AsyncIterator[SipPhone]:
    """The softphone, registered."""
    async with SipPhone.at(asterisk.sip, "softphone", asterisk.passwords["PHONE_PASSWORD"]) as phone:
        await phone.register()
        yield phone
    async with asyncio.timeout(PATIENCE):
        await asterisk.nothing_left()


@pytest.fixture
async def agent(asterisk: Pbx) -> AsyncIterator[SipPhone]:
    """The agent's telephone, registered, and gone again after the test."""
    async with SipPhone.at(asterisk.sip, "agent", asterisk.passwords["AGENT_PASSWORD"]) as phone:
        await phone.register()
        await asterisk.agent_is_free()
        yield phone
        await phone.unregister()


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all bots keep the sound of their prompts."""
    return tmp_path_factory.mktemp("rendered")


@pytest.fixture
async def bot(asterisk: Pbx, tmp_path: Path, rendered: Path) -> AsyncIterator[Bot]:
    """Our bot with its real engines; a test says by which ways it takes calls."""
    async with Bot.working(asterisk, tmp_path, rendered) as bot:
        yield bot
