"""An Asterisk and a bot for one load test, on ports of their own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asterisk_configuration import REPOSITORY, read_settings
from load_plan import Plan

from voicebot.bench.usage import Usage, usage_of

ENDING_SECONDS = 60.0
"""For the last records and hang-ups, once all callers are gone."""


class ServerError(Exception):
    """A server did not start, or ended by itself; the text says what it told."""


@dataclass(frozen=True)
class Pbx:
    """An Asterisk that lets anybody on this machine call."""

    folder: Path
    where: dict[str, Any]
    """As ``scripts/asterisk start`` tells."""

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Pbx]:
        """An Asterisk until the end of the context.

        Raises:
            ServerError: it did not start.
        """
        site = REPOSITORY / "dialplans" / "test"
        told = _asterisk(folder, "start", "--ports", "auto", "--site", str(site))
        try:
            yield cls(folder, json.loads(told))
        finally:
            _asterisk(folder, "stop")

    @property
    def usage(self) -> Usage:
        return usage_of(self.where["pid"])

    @property
    def passwords(self) -> dict[str, str]:
        return read_settings(Path(self.where["credentials"]))

    def channels_left(self) -> int:
        """Legs of calls that are still there after a while."""
        _wait(lambda: not self._channels())
        return self._channels()

    def _channels(self) -> int:
        return int(_asterisk(self.folder, "cli", "core", "show", "channels", "count").split()[0])


def _asterisk(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [REPOSITORY / "scripts" / "asterisk", *words],
        env={**os.environ, "VOICEBOT_ASTERISK_DIR": str(folder / "asterisk")},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ServerError(done.stderr.strip())
    return done.stdout


@dataclass(frozen=True)
class Bot:
    """The bot as ``voicebot bench serve`` starts it, and its database."""

    process: subprocess.Popen[str]
    folder: Path

    @classmethod
    @contextmanager
    def running(cls, plan: Plan, pbx: Pbx) -> Iterator[Bot]:
        """A bot that the calls of this Asterisk come to, until the end of the context.

        Raises:
            ServerError: it did not start.
        """
        port = pbx.where["audiosocket"].rpartition(":")[2]
        with open(plan.out / "bot.log", "w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "voicebot", "bench", "serve", "--port", port, "--ari"],
                env=os.environ | _environment(plan, pbx),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout is not None
        with process:
            try:
                bot = cls(process, plan.out)
                if not process.stdout.readline().startswith("ready on "):
                    raise ServerError(f"the bot did not start:\n{bot.last_words}")
                yield bot
            finally:
                process.send_signal(signal.SIGTERM)

    @property
    def usage(self) -> Usage:
        return usage_of(self.process.pid)

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "bot.log").read_text()[-1000:]

    def check(self) -> None:
        """Make sure that it is still there.

        Raises:
            ServerError: it ended by itself.
        """
        if self.process.poll() is not None:
            raise ServerError(f"the bot ended in the middle of its calls:\n{self.last_words}")

    def wait_for_records(self) -> None:
        """Wait a while until no call is in progress any more, as far as the database knows."""
        _wait(lambda: all(disposition for disposition, _, _ in records_of(self.folder)))


def _environment(plan: Plan, pbx: Pbx) -> dict[str, str]:
    return {
        "VOICEBOT_VAR_DIR": str(plan.out),
        "VOICEBOT_DATABASE_URL": "",
        "VOICEBOT_ARI__PORT": pbx.where["ari"].rpartition(":")[2].partition("/")[0],
        "VOICEBOT_ARI__PASSWORD": pbx.passwords["ARI_PASSWORD"],
        "VOICEBOT_MEDIA__PORT": pbx.where["media_websocket"].rpartition(":")[2],
        "VOICEBOT_MEDIA__PASSWORD": pbx.passwords["MEDIA_PASSWORD"],
        "VOICEBOT_TELEPHONY__MEDIA": "ulaw" if plan.way == "rtp" else "websocket",
    }


def records_of(folder: Path) -> list[tuple[str | None, float, list[dict[str, Any]]]]:
    """Of each call in the bot's database: disposition, seconds, turns."""
    with closing(sqlite3.connect(folder / "voicebot.db")) as database:
        rows = database.execute("SELECT disposition, seconds, turns FROM calls").fetchall()
    return [(disposition, seconds, json.loads(turns)) for disposition, seconds, turns in rows]


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENDING_SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(0.2)
