"""``voicebot call`` rings a SIP telephone through a real Asterisk: answered, busy, nobody there."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.pbx import REPOSITORY, Pbx
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.serving import PATIENT
from tests.fakes.until import PATIENCE
from voicebot.calls.accounts import Account
from voicebot.calls.record import CallRecord
from voicebot.settings import load_settings
from voicebot.store.sql import SqlStore

pytestmark = [pytest.mark.engine, pytest.mark.call]

EXAMPLE = REPOSITORY / "docs" / "voicebot.example.yaml"


@asynccontextmanager
async def calling(pbx: Pbx, var_dir: Path, *words: str) -> AsyncIterator[Process]:
    """``voicebot call`` at work, with this Asterisk and a folder of its own."""
    settings = {
        **PATIENT,
        "VAR_DIR": str(var_dir),
        "ARI__PORT": pbx.passwords["HTTP_PORT"],
        "ARI__PASSWORD": pbx.passwords["ARI_PASSWORD"],
        "MEDIA__PORT": pbx.passwords["MEDIA_WEBSOCKET"].rpartition(":")[2],
        "MEDIA__PASSWORD": pbx.passwords["MEDIA_PASSWORD"],
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicebot", "call", *words, "--config", str(EXAMPLE)),
        env={**os.environ, **{f"VOICEBOT_{name}": value for name, value in settings.items()}},
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process: Process) -> tuple[int | None, str]:
    """Its exit code, and what it showed."""
    shown, complained = await process.communicate()
    assert b"Traceback" not in complained, complained
    return process.returncode, (shown or complained).decode()


async def test_a_call_that_is_answered_is_shown_and_kept(
    asterisk: Pbx, phone: SipPhone, tmp_path: Path
) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        calling(asterisk, tmp_path, "PJSIP/softphone", "--caller-id", "Example <+15550100>") as command,
    ):
        call = await phone.ringing.get()
        call.answer()
        await call.line.hears_voice(seconds=1.0)
        await call.hang_up()
        code, shown = await ended(command)
        await asterisk.no_channels()
    assert code == 0
    assert "BOT" in shown
    assert "Held for" in shown
    assert '"Example" <sip:+15550100@' in call.offer.header("From")
    kept = await on_disk(tmp_path, shown)
    assert (kept.direction, kept.answered) == ("outbound", True)


async def test_an_account_brings_its_facts_and_its_language_and_a_fact_on_the_command_line_goes_over_them(
    asterisk: Pbx, phone: SipPhone, tmp_path: Path
) -> None:
    store = SqlStore(load_settings(var_dir=tmp_path).store_url)
    await store.open()
    facts = {"first_name": "Luz", "shoe_size": "39", "creditor": "Banco Ejemplo"}
    await store.keep_account(Account("4711", "es", facts, ()))
    await store.close()
    words = ("PJSIP/softphone", "--account", "4711", "--set", "agency=Agencia Modelo")
    async with asyncio.timeout(PATIENCE), calling(asterisk, tmp_path, *words) as command:
        call = await phone.ringing.get()
        call.answer()
        await call.line.hears_voice(seconds=1.0)
        await call.hang_up()
        code, shown = await ended(command)
        await asterisk.no_channels()
    assert code == 0
    assert "Agencia Modelo" in " ".join(shown.split())
    kept = await on_disk(tmp_path, shown)
    assert (kept.account_id, kept.language) == ("4711", "es")


async def test_a_busy_line_says_so_with_a_code_of_its_own(
    asterisk: Pbx, phone: SipPhone, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE), calling(asterisk, tmp_path, "PJSIP/softphone") as command:
        (await phone.ringing.get()).refuse(486)
        code, shown = await ended(command)
    assert code == 3
    assert "Nobody answered: the line is busy (SIP 486)" in " ".join(shown.split())
    kept = await on_disk(tmp_path, shown)
    assert (kept.disposition, kept.answered, kept.sip_status) == ("BUSY", False, 486)


async def test_a_telephone_that_rings_too_long_is_given_up(
    asterisk: Pbx, phone: SipPhone, tmp_path: Path
) -> None:
    words = ("PJSIP/softphone", "--ring", "1")
    async with asyncio.timeout(PATIENCE), calling(asterisk, tmp_path, *words) as command:
        call = await phone.ringing.get()
        code, shown = await ended(command)
        await call.ended.wait()
    assert code == 3
    assert "it was not picked up" in " ".join(shown.split())


async def test_an_endpoint_that_does_not_exist_asks_to_look_at_the_endpoints(
    asterisk: Pbx, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE), calling(asterisk, tmp_path, "PJSIP/nobody-here") as command:
        code, shown = await ended(command)
    assert code == 3
    assert "pjsip show endpoints" in shown


async def test_beside_a_server_that_holds_the_media_port_sound_comes_by_rtp(
    asterisk: Pbx, phone: SipPhone, tmp_path: Path
) -> None:
    host, port = asterisk.passwords["MEDIA_WEBSOCKET"].split(":")
    at_work = await asyncio.start_server(lambda _reader, writer: writer.close(), host, int(port))
    async with (
        at_work,
        asyncio.timeout(PATIENCE),
        calling(asterisk, tmp_path, "PJSIP/softphone") as command,
    ):
        call = await phone.ringing.get()
        call.answer()
        await call.line.hears_voice(seconds=1.0)
        await call.hang_up()
        code, shown = await ended(command)
    assert code == 0
    assert "sound comes by RTP" in " ".join(shown.split())


async def test_a_command_that_is_told_to_stop_leaves_no_telephone_ringing(
    asterisk: Pbx, phone: SipPhone, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE), calling(asterisk, tmp_path, "PJSIP/softphone") as command:
        call = await phone.ringing.get()
        command.terminate()
        await call.ended.wait()
        assert await command.wait() == 130
        await asterisk.no_channels()


async def test_an_account_that_nobody_knows_is_not_dialled(asterisk: Pbx, tmp_path: Path) -> None:
    words = ("PJSIP/softphone", "--account", "4712")
    async with asyncio.timeout(PATIENCE), calling(asterisk, tmp_path, *words) as command:
        assert await ended(command) == (
            1,
            "voicebot: there is no account 4712: voicebot accounts add keeps one\n",
        )


async def on_disk(var_dir: Path, shown: str) -> CallRecord:
    """What was kept of the call that was shown."""
    store = SqlStore(load_settings(var_dir=var_dir).store_url)
    await store.open()
    record = await store.find_call(shown.split()[-1])
    await store.close()
    assert record is not None
    return record
