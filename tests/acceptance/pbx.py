"""An Asterisk of the tests' own, as ``scripts/asterisk`` starts it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import urllib.parse
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
PROGRAM = REPOSITORY / "scripts" / "asterisk"


@dataclass(frozen=True)
class Pbx:
    """Where it listens, and what opens it."""

    directory: Path
    sip: tuple[str, int]
    ari: str
    passwords: dict[str, str]
    """By the name that settings.example gives them."""

    @classmethod
    def start(cls, directory: Path, *options: str) -> Pbx:
        """Start one on free ports.

        Raises:
            PbxError: with what the script says about it.
        """
        told = _script(directory, "start", "--ports", "auto", *options)
        where = json.loads(told)
        host, port = where["sip"].split(":")
        lines = Path(where["credentials"]).read_text().splitlines()
        return cls(directory, (host, int(port)), where["ari"], dict(line.split("=", 1) for line in lines))

    def stop(self) -> None:
        """End it and its calls."""
        _script(self.directory, "stop")

    @property
    def complaints(self) -> list[str]:
        """The errors it has logged."""
        log = (self.directory / "log" / "messages").read_text(errors="replace")
        return [line for line in log.splitlines() if "ERROR" in line]

    async def channels(self) -> list[str]:
        """The legs of calls in progress."""
        return [channel["name"] for channel in await self.ask("GET", "channels")]

    async def no_channels(self) -> None:
        """Wait until no leg of a call is left."""
        while await self.channels():  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def nothing_left(self) -> None:
        """Wait until no leg of a call is left, and no bridge."""
        await self.no_channels()
        while await self.ask("GET", "bridges"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def agent_is_free(self) -> None:
        """Wait until the queue knows that a person can take calls: it learns so after the registration."""
        while "(Not in use)" not in await self.console("queue", "show", "human"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def console(self, *words: str) -> str:
        """What Asterisk answers to a command of its console."""
        return await asyncio.to_thread(_script, self.directory, "cli", *words)

    @property
    def cpu_seconds(self) -> float:
        """Processor time it has used."""
        pid = int((self.directory / "run" / "asterisk.pid").read_text())
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def set_variable(self, name: str, value: str) -> None:
        """Change one of the dialplan's [globals]."""
        await self.ask("POST", "asterisk/variable", variable=name, value=value)

    async def ask(self, method: str, path: str, **query: str) -> Any:
        """What ARI answers."""
        return await asyncio.to_thread(self._request, method, path, query)

    def _request(self, method: str, path: str, query: dict[str, str]) -> Any:
        url = f"{self.ari}/{path}?{urllib.parse.urlencode(query)}"
        key = b64encode(f"voicebot:{self.passwords['ARI_PASSWORD']}".encode()).decode()
        request = urllib.request.Request(url, method=method, headers={"Authorization": f"Basic {key}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            body = answer.read()
        return json.loads(body) if body else None


class PbxError(Exception):
    """No Asterisk can be had on this machine."""


def _script(directory: Path, *words: str) -> str:
    done = subprocess.run(
        [PROGRAM, *words],
        env={**os.environ, "VOICEBOT_ASTERISK_DIR": str(directory)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise PbxError(done.stderr.strip().splitlines()[-1] if done.stderr else "no reason given")
    return done.stdout
