"""Our bot behind ARI as the tests of broken lines need it: in this process, or as one that can be killed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.acceptance.pbx import Pbx
from tests.fakes.serving import Served, serving
from voicebot.app import open_stations, open_store
from voicebot.calls.desk import Desk
from voicebot.calls.events import CallEvent, PromptStarted
from voicebot.calls.journal import Journal
from voicebot.calls.stations import Stations
from voicebot.doors.ari import AriDoor
from voicebot.media.clock import MediaClock
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.number_key import number_key
from voicebot.settings import Settings, load_settings
from voicebot.stt.scripted import ScriptedRecognizer

FLOWS = Path(__file__).with_name("flows")


def settings(pbx: Pbx, var_dir: Path, *, ari_port: int, media_port: int, **more: Any) -> Settings:
    """Those of a bot for ``pbx`` that is quick to connect again, and patient with a slow machine."""
    ari = {
        "port": ari_port,
        "password": pbx.passwords["ARI_PASSWORD"],
        "request_seconds": 60,
        "reconnect": {"first_seconds": 0.05, "most_seconds": 0.2},
        **more.pop("ari", {}),
    }
    media = {"port": media_port, "password": pbx.passwords["MEDIA_PASSWORD"], "connecting_seconds": 60}
    return load_settings(
        var_dir=var_dir,
        flows_dir=FLOWS,
        ari=ari,
        media=media,
        telephony={"media_seconds": 60, **more.pop("telephony", {})},
        inbound={
            "flow": "broken_line",
            "facts": {"last4": "4729", "balance": "500.00", "currency": "USD"},
            "drain": 0,
        },
        vad={"engine": "energy"},
        audiosocket={"enabled": False},
        **more,
    )


@dataclass
class AriBot:
    """In this process: whatever a caller says, it understands ``yes it is``."""

    door: AriDoor
    media: MediaWebSocketServer
    desk: Desk
    events: list[CallEvent]
    """The journals of all calls."""

    @classmethod
    @asynccontextmanager
    async def working(cls, settings: Settings) -> AsyncIterator[AriBot]:
        """Connected, and ended with its calls."""
        events: list[CallEvent] = []
        ears = ScriptedRecognizer(["yes it is"])
        async with (
            open_store(settings) as store,
            open_stations(settings, recognizer=ears, call_log=store) as stations,
        ):
            media = MediaWebSocketServer(settings.media, MediaClock())
            desk = Desk(settings.inbound, settings.flows_dir, store)
            watched, numbers = _followed(stations, events), number_key(settings)
            door = AriDoor(settings.ari, settings.telephony, media, watched, desk, numbers)
            running = asyncio.create_task(door.run(asyncio.Event(), 0.0))
            try:
                await door.control.client.ready()
                yield cls(door, media, desk, events)
            finally:
                running.cancel()
                await asyncio.wait((running,))

    async def until(self, kind: type[CallEvent], times: int = 1) -> None:
        """Wait until an event of a kind has been written so often, by whatever call."""
        while sum(isinstance(event, kind) for event in self.events) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    async def says(self, words: str) -> None:
        """Wait until a prompt with these words is heard, by whatever caller."""
        while not any(isinstance(said, PromptStarted) and words in said.text for said in self.events):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def _followed(stations: Stations, events: list[CallEvent]) -> Stations:
    def follow(journal: Journal) -> None:
        journal.follow(events.append)

    return replace(stations, on_call=follow)


@asynccontextmanager
async def served_bot(settings: Settings, folder: Path, *options: str) -> AsyncIterator[Served]:
    """A ``voicebot serve`` that is connected to Asterisk."""
    config = folder / "voicebot.json"  # YAML enough
    config.write_text(settings.model_dump_json(exclude=_SECRETS))
    passwords = {
        "ARI__PASSWORD": settings.ari.password.get_secret_value(),
        "MEDIA__PASSWORD": settings.media.password.get_secret_value(),
    }
    async with serving(config, *options, **passwords) as bot:
        await bot.says("ari_connected")
        yield bot


_SECRETS: Any = {
    "ari": {"password"},
    "media": {"password"},
    "payments": {"webhook": {"secret"}},
    "interpreter_key": True,
    "suppression_key": True,
}


def recorded(var_dir: Path) -> dict[str, str | None]:
    """The disposition of every call in the database; ``None`` while it is in progress."""
    with closing(sqlite3.connect(var_dir / "voicebot.db")) as database:
        return dict(database.execute("SELECT call_id, disposition FROM calls").fetchall())
