"""``voicebot doctor`` beside a real Asterisk: all well, a voicebot at work, and what often goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.pbx import REPOSITORY, Pbx
from tests.fakes.serving import PATIENT

pytestmark = [pytest.mark.engine, pytest.mark.call]

HOLD_A_PORT = """
import socket, sys, time
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
time.sleep(600)
"""


@dataclass(frozen=True)
class Told:
    """What the doctor said, and how it ended."""

    returncode: int
    checks: dict[str, dict[str, str]]

    def outcome(self, name: str) -> str:
        return self.checks[name]["outcome"]

    def finding(self, name: str) -> str:
        return self.checks[name]["finding"]

    def advice(self, name: str) -> str:
        return self.checks[name]["advice"]


async def doctor(pbx: Pbx, var_dir: Path, **variables: str) -> Told:
    """Examine an installation that belongs to ``pbx``; ``variables`` go over its settings."""
    settings = {
        **PATIENT,
        "VAR_DIR": str(var_dir),
        "ARI__PORT": pbx.passwords["HTTP_PORT"],
        "ARI__PASSWORD": pbx.passwords["ARI_PASSWORD"],
        "MEDIA__PORT": media_port(pbx),
        "MEDIA__PASSWORD": pbx.passwords["MEDIA_PASSWORD"],
        "AUDIOSOCKET__PORT": pbx.passwords["AUDIOSOCKET"].rpartition(":")[2],
        **variables,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicebot", "doctor", "--json"),
        *("--config", str(REPOSITORY / "docs" / "voicebot.example.yaml")),
        env={**os.environ, **{f"VOICEBOT_{name}": value for name, value in settings.items()}},
        stdout=PIPE,
        stderr=PIPE,
    )
    said, complained = await process.communicate()
    assert b"Traceback" not in complained
    checks = {check["name"]: check for check in json.loads(said)["checks"]}
    assert process.returncode is not None
    return Told(process.returncode, checks)


def media_port(pbx: Pbx) -> str:
    return pbx.passwords["MEDIA_WEBSOCKET"].rpartition(":")[2]


async def test_all_is_well_and_the_way_of_sound_is_measured(asterisk: Pbx, tmp_path: Path) -> None:
    told = await doctor(asterisk, tmp_path)
    assert told.returncode == 0, told.checks
    assert {check["outcome"] for check in told.checks.values()} <= {"ok", "warning", "skipped"}
    assert re.match(r"\d+ ms there and back by chan_websocket: median of 12 bursts", told.finding("echo"))
    assert told.outcome("queues") == "ok"
    assert told.finding("queues").startswith("the queues of the flows exist")
    assert told.outcome("modules") == told.outcome("write time-out") == "ok"
    assert "softphone" in told.finding("telephones")
    await asterisk.no_channels()


async def test_a_voicebot_at_work_is_left_alone_and_sound_is_measured_beside_it(
    asterisk: Pbx, tmp_path: Path
) -> None:
    program = tmp_path / "voicebot"
    program.write_text(HOLD_A_PORT)
    at_work = await asyncio.create_subprocess_exec(
        sys.executable, str(program), media_port(asterisk), stdout=PIPE
    )
    assert at_work.stdout is not None
    await at_work.stdout.readline()
    try:
        told = await doctor(asterisk, tmp_path)
    finally:
        at_work.kill()
        await at_work.communicate()
    assert told.returncode == 0, told.checks
    assert f"held by the running voicebot, process {at_work.pid}" in told.finding("media port")
    assert "there and back by RTP (ulaw), as the running voicebot has" in told.finding("echo")


async def test_a_wrong_password_says_where_to_set_it_and_skips_what_needs_it(
    asterisk: Pbx, tmp_path: Path
) -> None:
    told = await doctor(asterisk, tmp_path, ARI__PASSWORD="not-the-password-of-this-asterisk")
    assert told.returncode == 1
    assert told.outcome("Asterisk") == "fails"
    assert "401" in told.finding("Asterisk")
    assert told.advice("Asterisk") == "set ari.username and VOICEBOT_ARI__PASSWORD as in Asterisk's ari.conf"
    assert told.finding("echo") == "needs `Asterisk`, which fails"
    assert told.outcome("voice") == "ok"


async def test_a_wrong_media_password_fails_the_echo_and_says_what_to_compare(
    asterisk: Pbx, tmp_path: Path
) -> None:
    wrong = {"MEDIA__PASSWORD": "not-the-password-of-this-asterisk", "MEDIA__CONNECTING_SECONDS": "5"}
    told = await doctor(asterisk, tmp_path, **wrong)
    assert told.returncode == 1
    assert told.outcome("echo") == "fails"
    assert "[voicebot-media] in websocket_client.conf" in told.advice("echo")
    assert "VOICEBOT_MEDIA__PASSWORD" in told.advice("echo")
    await asterisk.no_channels()


async def test_an_asterisk_that_does_not_run_is_to_be_started(asterisk: Pbx, tmp_path: Path) -> None:
    stopped = Pbx.start(tmp_path / "pbx")
    stopped.stop()
    told = await doctor(stopped, tmp_path)
    assert told.returncode == 1
    assert "no Asterisk answers at 127.0.0.1" in told.finding("Asterisk")
    assert "start Asterisk" in told.advice("Asterisk")
    assert told.outcome("echo") == "skipped"
