"""What Asterisk answers over HTTP, and what becomes of it: a small server stands for Asterisk."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from voicebot.doctor.checks import CHECKS
from voicebot.doctor.examination import examine
from voicebot.doctor.verdict import Outcome, Verdict
from voicebot.settings import load_settings

PASSWORD = "0f" * 16
AUTHORIZATION = f"Basic {b64encode(f'voicebot:{PASSWORD}'.encode()).decode()}"


class Asterisk:
    """Answers what it is given, to those who know the password."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Any] = {}

    async def verdict(self, name: str, password: str = PASSWORD) -> Verdict:
        """What a check of the table says of it."""
        check = next(check for check in CHECKS if check.name == name)
        settings = load_settings(ari={"port": self.port, "password": password})
        [result] = await examine([replace(check, needs=())], settings)
        return result.verdict


@pytest.fixture
def asterisk() -> Iterator[Asterisk]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = pbx.answers.get(self.path.removeprefix("/ari/"))
            known = self.headers["Authorization"] == AUTHORIZATION
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response((404 if answer is None else 200) if known else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a test's output is no log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        pbx = Asterisk(server.server_port)
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield pbx
        server.shutdown()
        serving.join()


async def test_an_asterisk_that_knows_us_tells_its_version(asterisk: Asterisk) -> None:
    asterisk.answers["asterisk/info"] = {"system": {"version": "22.10.1+dfsg"}}
    verdict = await asterisk.verdict("Asterisk")
    assert (verdict.outcome, verdict.finding) == (Outcome.OK, "Asterisk 22.10.1+dfsg")


async def test_a_wrong_password_is_told_as_what_to_set(asterisk: Asterisk) -> None:
    verdict = await asterisk.verdict("Asterisk", password="wrong")
    assert verdict.outcome is Outcome.FAILS
    assert verdict.advice == "set ari.username and VOICEBOT_ARI__PASSWORD as in Asterisk's ari.conf"


async def test_another_program_on_the_port_is_no_asterisk(asterisk: Asterisk) -> None:
    asterisk.answers["asterisk/info"] = b"<html>Welcome</html>"
    verdict = await asterisk.verdict("Asterisk")
    assert verdict.finding == f"what answers at 127.0.0.1:{asterisk.port} is no Asterisk"
    assert "give ari.host, ari.port" in verdict.advice


async def test_a_module_that_does_not_run_is_told(asterisk: Asterisk) -> None:
    asterisk.answers["asterisk/modules"] = [{"name": "res_ari.so", "status": "Running"}]
    verdict = await asterisk.verdict("modules")
    assert (verdict.outcome, "app_stasis" in verdict.finding) == (Outcome.FAILS, True)


async def test_a_release_that_keeps_its_write_time_out_to_itself_is_not_blamed(asterisk: Asterisk) -> None:
    assert (await asterisk.verdict("write time-out")).outcome is Outcome.SKIPPED
    asterisk.answers["asterisk/config/dynamic/res_ari/general/general"] = [
        {"attribute": "websocket_write_timeout", "value": "100"}
    ]
    assert (await asterisk.verdict("write time-out")).outcome is Outcome.WARNING


async def test_a_voicebot_at_work_is_seen_by_its_application(asterisk: Asterisk) -> None:
    asterisk.answers["applications"] = [{"name": "voicebot"}]
    assert "a running voicebot" in (await asterisk.verdict("application")).finding


async def test_a_clock_that_is_an_hour_off_is_told(asterisk: Asterisk) -> None:
    theirs = datetime.now(UTC) + timedelta(hours=1)
    asterisk.answers["asterisk/ping"] = {"timestamp": theirs.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")}
    verdict = await asterisk.verdict("Asterisk's clock")
    assert (verdict.outcome, "ahead of ours" in verdict.finding) == (Outcome.WARNING, True)


async def test_telephones_are_listed(asterisk: Asterisk) -> None:
    asterisk.answers["endpoints"] = [{"resource": "softphone", "state": "online"}, {"resource": "agent"}]
    assert (await asterisk.verdict("telephones")).finding == "agent unknown, softphone online"
