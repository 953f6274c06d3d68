"""``voicebot serve`` in the test's process: its doors, its engines, and what its calls leave on disk."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from tests.acceptance.held_call import HeldCall
from tests.acceptance.pbx import REPOSITORY, Pbx
from voicebot.app import open_stations
from voicebot.calls.desk import Desk
from voicebot.calls.events import CallEnded
from voicebot.calls.inbound import InboundSettings
from voicebot.calls.journal import Journal
from voicebot.calls.matter import Matter
from voicebot.calls.record import CallRecord
from voicebot.calls.stations import Stations
from voicebot.demo.account import demo_facts
from voicebot.doors.ari import AriDoor
from voicebot.doors.audiosocket import AudioSocketDoor
from voicebot.media.clock import MediaClock
from voicebot.media.settings import AudioSocketSettings, MediaWebSocketSettings
from voicebot.media.websocket import MediaWebSocketServer
from voicebot.number_key import number_key
from voicebot.settings import Settings, load_settings
from voicebot.store.sql import SqlStore
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.telephony.trunk import TrunkSettings

TODAY = date(2026, 11, 23)
FACTS = {name: str(value) for name, value in demo_facts("en", TODAY).items()}
REMINDER = InboundSettings(flow="payment_reminder", facts=FACTS)
SHORT_TALK = InboundSettings(flow="short_talk", facts={**FACTS, "whose": "a stranger"})
TRUNK = "telephones"
PATIENT_SECONDS = 60.0
"""For whatever a slow machine may take long for."""


@dataclass(frozen=True)
class Way:
    """How a call and its sound come to the bot."""

    number: str
    """That a telephone dials."""
    media: Literal["websocket", "ulaw", "alaw", "audiosocket"]
    app: str = "voicebot"
    """The ARI application; the tests' own have numbers in dialplans/test."""

    def __str__(self) -> str:
        return {"websocket": "chan_websocket", "audiosocket": "AudioSocket"}.get(
            self.media, f"RTP {self.media}"
        )


WEBSOCKET = Way("100", "websocket")
RTP = Way("100", "ulaw")
AUDIOSOCKET = Way("101", "audiosocket")
EVERY_WAY = (WEBSOCKET, RTP, AUDIOSOCKET)
SIDE_BY_SIDE = (WEBSOCKET, Way("110", "ulaw", "beside-ulaw"), Way("111", "alaw", "beside-alaw"), AUDIOSOCKET)
"""Ways that can be open all at once."""


class Notebook(SqlStore):
    """The database; tells of every record that is final."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.records: asyncio.Queue[CallRecord] = asyncio.Queue()

    async def call_ended(self, record: CallRecord) -> None:
        await super().call_ended(record)
        if not record.events or record.events[-1]["event"] == CallEnded.__name__:
            self.records.put_nowait(record)


class Bot:
    """Takes calls by the ways that a test opens."""

    def __init__(self, asterisk: Pbx, settings: Settings, stations: Stations, store: Notebook) -> None:
        self.stations = replace(stations, on_call=self._begins)
        self.store = store
        self._asterisk = asterisk
        self._settings = settings
        self._held: asyncio.Queue[HeldCall] = asyncio.Queue()
        self._opened = AsyncExitStack()

    @classmethod
    @asynccontextmanager
    async def working(cls, asterisk: Pbx, folder: Path, cache: Path) -> AsyncIterator[Bot]:
        """A bot with real engines and a database of its own; ``cache`` keeps what was once rendered.

        In the end nothing is left in Asterisk, and each call has one record on disk, which the test has seen.
        """
        loaded = load_settings(var_dir=cache, database_url=f"sqlite+aiosqlite:///{folder}/voicebot.db")
        stt = loaded.stt.model_copy(update={"languages": ("en",), "utterance_timeout": PATIENT_SECONDS})
        settings = loaded.model_copy(update={"stt": stt})
        store = Notebook(settings.store_url)
        await store.open()
        async with open_stations(settings, call_log=store) as stations:
            bot = cls(asterisk, settings.model_copy(update={"flows_dir": all_flows(folder)}), stations, store)
            async with bot._opened:
                yield bot
                await asterisk.nothing_left()
        await store.close()
        assert store.records.empty()
        with sqlite3.connect(folder / "voicebot.db") as database:
            unfinished = database.execute("SELECT call_id FROM calls WHERE disposition IS NULL").fetchall()
        database.close()
        assert not unfinished

    async def opens(self, way: Way, inbound: InboundSettings = REMINDER) -> None:
        """Take calls that come that way."""
        if way.media == "audiosocket":
            await self._open_audiosocket(inbound)
        else:
            await self.opens_ari(way, inbound)

    async def opens_ari(
        self,
        way: Way,
        inbound: InboundSettings = REMINDER,
        media: type[MediaWebSocketServer] = MediaWebSocketServer,
    ) -> AriDoor:
        """Take calls that Asterisk hands over by ARI; the door also places calls."""
        assert way.media != "audiosocket"
        keys = self._asterisk.passwords
        ari = AriSettings(
            port=urlsplit(self._asterisk.ari).port or 0,
            app=way.app,
            password=SecretStr(keys["ARI_PASSWORD"]),
            request_seconds=PATIENT_SECONDS,
        )
        trunks = {TRUNK: TrunkSettings(calls_per_second=1000)}
        telephony = TelephonySettings(media=way.media, trunks=trunks, media_seconds=PATIENT_SECONDS)
        port = int(keys["MEDIA_WEBSOCKET"].rpartition(":")[2]) if way.media == "websocket" else 0
        media_settings = MediaWebSocketSettings(
            port=port, password=SecretStr(keys["MEDIA_PASSWORD"]), connecting_seconds=PATIENT_SECONDS
        )
        server = media(media_settings, MediaClock())
        door = AriDoor(ari, telephony, server, self.stations, self._desk(inbound), number_key(self._settings))
        stopping = asyncio.Event()
        running = asyncio.create_task(door.run(stopping, drain=0.0))
        self._opened.push_async_callback(asyncio.wait_for, running, PATIENT_SECONDS)
        self._opened.callback(stopping.set)
        await door.control.client.ready()
        return door

    async def _open_audiosocket(self, inbound: InboundSettings) -> None:
        settings = AudioSocketSettings(port=0)
        door = AudioSocketDoor(settings, self.stations, self._desk(inbound), MediaClock())
        server = await self._opened.enter_async_context(door.server)
        usual = self._asterisk.passwords["AUDIOSOCKET"]
        await self._asterisk.set_variable("AUDIOSOCKET", f"127.0.0.1:{server.port}")
        self._opened.push_async_callback(self._asterisk.set_variable, "AUDIOSOCKET", usual)

    def _desk(self, inbound: InboundSettings) -> Desk:
        return Desk(inbound, self._settings.flows_dir, self.store, today=lambda: TODAY)

    def matter(self, inbound: InboundSettings, account_id: str) -> Matter:
        """What a call that we place is about."""
        return Matter(self._desk(inbound).example(), account_id, "outbound")

    def _begins(self, journal: Journal) -> None:
        self._held.put_nowait(HeldCall(journal))

    async def call(self) -> HeldCall:
        """The next call that is answered."""
        return await self._held.get()

    async def record(self) -> CallRecord:
        """What is on disk of the next call that ends."""
        record = await self.store.records.get()
        kept = await self.store.find_call(record.call_id)
        assert kept is not None
        return kept

    async def records(self, number: int) -> dict[str, CallRecord]:
        """What is on disk of the next calls that end, by their id."""
        return {record.call_id: record for record in [await self.record() for _ in range(number)]}


def all_flows(folder: Path) -> Path:
    """Those that are shipped, and the short ones of these tests."""
    for flows in (REPOSITORY / "flows", Path(__file__).with_name("flows")):
        shutil.copytree(flows, folder / "flows", dirs_exist_ok=True)
    return folder / "flows"
