"""What happens to callers when something breaks: Asterisk, the bot, or what lies between them."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.acceptance.ari_bot import AriBot, recorded, served_bot, settings
from tests.acceptance.pbx import Pbx, PbxError
from tests.acceptance.phone_call import PhoneCall
from tests.acceptance.sip_phone import SipPhone
from tests.acceptance.sounds import talk, tone
from tests.acceptance.wire import Wire
from tests.acceptance.witness import OURS, Witness, nothing_is_left
from tests.fakes.until import PATIENCE, until
from voicebot.calls.events import CallerHeard, HandedOff, HandingOff
from voicebot.errors import TelephonyError
from voicebot.telephony.channel import OriginateRequest

pytestmark = [pytest.mark.engine, pytest.mark.call]

BOT = "100"
DIALS = 300
LINES = 5
SITE = Path(__file__).with_name("broken_line_site")
A_WHILE = {"request_seconds": 3.0}
"""That Asterisk may stay away."""


@pytest.fixture
def pbx(tmp_path: Path) -> Iterator[Pbx]:
    """An Asterisk that may be killed; skips where none can be had, except in CI."""
    try:
        pbx = Pbx.start(tmp_path / "pbx", "--site", str(SITE))
    except PbxError as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Asterisk here: {reason}")
    yield pbx
    pbx.stop()


@dataclass
class Scene:
    """A telephone, an Asterisk and a bot, with wires between the two that can be cut."""

    pbx: Pbx
    witness: Witness
    bot: AriBot
    ari: Wire
    media: Wire
    phone: SipPhone

    async def call(self) -> PhoneCall:
        """A caller who talks with the bot."""
        self.bot.events.clear()
        call = await self.phone.dial(BOT)
        await call.answered()
        await self.bot.says("Ships")
        return call

    async def cut(self) -> None:
        """The bot does not reach Asterisk any more, and knows it; sound still flows."""
        self.ari.cut()
        await until(lambda: not self.bot.door.control.client.connected)

    async def mend(self) -> None:
        """The bot reaches Asterisk again, and knows what has become of the calls."""
        self.ari.mend()
        await self.bot.door.control.client.ready()


@asynccontextmanager
async def scene(pbx: Pbx, folder: Path, **more: Any) -> AsyncIterator[Scene]:
    async with (
        asyncio.timeout(PATIENCE),
        Wire.to(urlsplit(pbx.ari).port or 0) as ari,
        Wire.to(0, port=media_port(pbx)) as media,
        AriBot.working(settings(pbx, folder, ari_port=ari.port, media_port=0, **more)) as bot,
        one_record_for_each_call(pbx, folder) as witness,
        telephone(pbx) as phone,
    ):
        media.target = bot.media.port
        yield Scene(pbx, witness, bot, ari, media, phone)


@asynccontextmanager
async def one_record_for_each_call(pbx: Pbx, var_dir: Path) -> AsyncIterator[Witness]:
    """Whatever breaks: nothing of ours is left in Asterisk, and each call that it gave us has one record."""
    async with Witness.of(pbx) as witness:
        yield witness
        await nothing_is_left(pbx)
        await until(lambda: is_recorded(var_dir, witness.calls))  # the witness hears of a call by itself


@asynccontextmanager
async def telephone(pbx: Pbx) -> AsyncIterator[SipPhone]:
    async with SipPhone.at(pbx.sip, "softphone", pbx.passwords["PHONE_PASSWORD"]) as phone:
        await phone.register()
        yield phone


@asynccontextmanager
async def person(pbx: Pbx) -> AsyncIterator[SipPhone]:
    """The telephone of somebody who takes calls from the queue."""
    async with SipPhone.at(pbx.sip, "agent", pbx.passwords["AGENT_PASSWORD"]) as phone:
        await phone.register()
        await pbx.agent_is_free()
        yield phone


def media_port(pbx: Pbx) -> int:
    return int(pbx.passwords["MEDIA_WEBSOCKET"].rpartition(":")[2])


# Between the bot and Asterisk


async def test_callers_talk_on_while_the_bot_cannot_reach_asterisk(pbx: Pbx, tmp_path: Path) -> None:
    async with scene(pbx, tmp_path) as it:
        call = await it.call()
        await it.cut()
        call.line.speak(tone(0.5))
        await it.bot.until(CallerHeard)
        await it.bot.says("four digits")
        await call.line.hears_voice()
        await call.hang_up()
        await it.mend()
    assert list(recorded(tmp_path).values()) == ["HUMAN_NO_RPC"]


async def test_a_hand_off_waits_for_asterisk_and_the_queue_is_followed_through_a_cut(
    pbx: Pbx, tmp_path: Path
) -> None:
    async with scene(pbx, tmp_path) as it, person(pbx) as agent:
        call = await it.call()
        await it.cut()
        call.line.press("0")
        await it.bot.until(HandingOff)
        it.ari.mend()
        taken = await agent.ringing.get()
        await it.cut()
        await it.mend()
        taken.answer()
        await it.bot.until(HandedOff)
        await talk(call, taken)
        await taken.hang_up()
        await it.bot.says("Now you have spoken")
        await call.ended.wait()
    assert list(recorded(tmp_path).values()) == ["HUMAN_NO_RPC"]


async def test_a_hand_off_for_which_asterisk_stays_away_too_long_leaves_the_caller_with_the_bot(
    pbx: Pbx, tmp_path: Path
) -> None:
    async with scene(pbx, tmp_path, ari=A_WHILE) as it:
        call = await it.call()
        await it.cut()
        call.line.press("0")
        await it.bot.says("nobody is free")
        await call.line.hears_voice()
        await it.mend()
        await call.hang_up()


async def test_a_caller_whose_sound_is_lost_talks_with_a_person(pbx: Pbx, tmp_path: Path) -> None:
    async with scene(pbx, tmp_path) as it, person(pbx) as agent:
        call = await it.call()
        it.media.shake()
        taken = await agent.ringing.get()
        taken.answer()
        await talk(call, taken)
        await call.hang_up()
        await taken.ended.wait()


async def test_a_caller_whose_sound_cannot_be_had_talks_with_a_person(pbx: Pbx, tmp_path: Path) -> None:
    async with scene(pbx, tmp_path) as it, person(pbx) as agent:
        it.media.cut()
        call = await it.phone.dial(BOT)
        taken = await agent.ringing.get()
        taken.answer()
        await talk(call, taken)
        await call.hang_up()
    assert list(recorded(tmp_path).values()) == ["TECHNICAL_FAILURE"]


async def test_a_caller_who_is_cut_off_from_the_bot_in_every_way_talks_with_a_person(
    pbx: Pbx, tmp_path: Path
) -> None:
    async with scene(pbx, tmp_path, ari=A_WHILE) as it, person(pbx) as agent:
        call = await it.call()
        await it.cut()
        it.media.cut()
        await all_recorded(tmp_path)
        await it.mend()
        taken = await agent.ringing.get()
        taken.answer()
        await talk(call, taken)
        await call.hang_up()


# Asterisk dies


async def test_when_asterisk_dies_every_call_has_its_record_and_the_next_one_works(
    pbx: Pbx, tmp_path: Path
) -> None:
    async with scene(pbx, tmp_path) as it:
        await (await it.call()).hang_up()
        await nothing_is_left(pbx)
        await all_recorded(tmp_path)
        before = belongings()
        talking, waiting = await it.call(), await it.call()
        async with person(pbx):
            waiting.line.press("0")
            await queued(pbx, 1)
            kill(pbx)
            await until(lambda: not it.bot.door.control.client.connected)
        restart(pbx)
        await it.bot.door.control.client.ready()
        await it.witness.listening.wait()
        for call in (talking, waiting):
            await call.hang_up()
        await all_recorded(tmp_path)
        await until(lambda: belongings() <= before)
        await (await it.call()).hang_up()


# The bot dies


async def test_what_a_killed_bot_promised_is_on_disk_and_its_callers_go_on_to_people(
    pbx: Pbx, tmp_path: Path
) -> None:
    bot_settings = settings(pbx, tmp_path, ari_port=urlsplit(pbx.ari).port or 0, media_port=media_port(pbx))
    async with (
        asyncio.timeout(PATIENCE),
        one_record_for_each_call(pbx, tmp_path),
        telephone(pbx) as phone,
        person(pbx) as agent,
    ):
        await pbx.set_variable("QUEUE_SECONDS", "600")  # nobody gives up, however slow the machine is
        async with served_bot(bot_settings, tmp_path) as bot:
            calls = [await phone.dial(BOT) for _ in range(3)]
            with_agent, waiting, talking = calls
            for call in calls:
                await call.answered()
            with_agent.line.press("0")
            taken = await agent.ringing.get()
            taken.answer()
            await bot.says("hand_off", step="ANSWERED")
            waiting.line.press("0")
            await queued(pbx, 1)
            await promise(talking, tmp_path)
            assert promises(tmp_path) == ["215.00"]
            bot.kill()
            await bot.ends()
        async with served_bot(bot_settings, tmp_path) as bot:
            await bot.says("channel_orphaned")
            await queued(pbx, 2)
            await talk(with_agent, taken)
            for call in calls:
                await call.hang_up()
            await nothing_is_left(pbx)
    assert sorted(map(str, recorded(tmp_path).values())) == [
        "HUMAN_NO_RPC",
        "RPC_PARTIAL_PROMISE",
        "TECHNICAL_FAILURE",
    ]


async def test_a_second_bot_takes_over_and_the_callers_of_the_first_go_on_to_people(
    pbx: Pbx, tmp_path: Path
) -> None:
    ari_port = urlsplit(pbx.ari).port or 0
    first = settings(pbx, tmp_path, ari_port=ari_port, media_port=media_port(pbx))
    async with (
        asyncio.timeout(PATIENCE),
        one_record_for_each_call(pbx, tmp_path),
        telephone(pbx) as phone,
        person(pbx) as agent,
        served_bot(first, tmp_path) as bot,
    ):
        call = await phone.dial(BOT)
        await call.answered()
        await call.line.hears_voice()
        async with AriBot.working(settings(pbx, tmp_path, ari_port=ari_port, media_port=0)):
            assert await bot.ends() == 78  # systemd does not start it again
            assert b"another process registered the application" in bot.last_words
            taken = await agent.ringing.get()
            taken.answer()
            await talk(call, taken)
            await call.hang_up()


# Many calls at once


async def test_hundreds_of_dials_at_once_keep_to_the_trunks_lines_and_each_has_its_outcome(
    pbx: Pbx, tmp_path: Path
) -> None:
    trunks = {"trunks": {"carrier": {"max_calls": LINES, "calls_per_second": 1000}}}
    async with scene(pbx, tmp_path, telephony=trunks) as it:

        async def attempt(number: int) -> None:
            matter = await it.bot.desk.inbound()
            endpoint = f"Local/{(200, 486)[number % 2]}@called/n"
            with suppress(TelephonyError):  # they hang up as soon as they have picked up
                await it.bot.door.place(OriginateRequest(endpoint, "carrier", f"{OURS}{number}"), matter)

        await asyncio.gather(*map(attempt, range(DIALS)))
        await nothing_is_left(pbx)
        await until(lambda: not it.witness.lines and is_recorded(tmp_path, it.witness.calls))
        assert it.witness.most_lines <= LINES
        outcomes = Counter(recorded(tmp_path).values())
        # Who hangs up before the sound is there leaves a call that nobody heard: on a busy machine, many do.
        assert outcomes["BUSY"] == DIALS // 2
        assert outcomes["SILENCE"] + outcomes["TECHNICAL_FAILURE"] == DIALS // 2
        assert sorted(it.witness.dialled) == sorted(f"{OURS}{number}" for number in range(DIALS))


# What scenes share


def belongings() -> tuple[int, int]:
    """Tasks and sockets of this process."""
    files = [os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()]
    return len(asyncio.all_tasks()), sum("/socket:" in file for file in files)


def kill(pbx: Pbx) -> None:
    os.kill(int((pbx.directory / "run" / "asterisk.pid").read_text()), signal.SIGKILL)


def restart(pbx: Pbx) -> None:
    Pbx.start(pbx.directory, "--ports", "0", "--settings", str(pbx.directory / "settings.env"))


async def queued(pbx: Pbx, callers: int) -> None:
    while f"human has {callers} calls" not in await pbx.console("queue", "show", "human"):  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def all_recorded(var_dir: Path) -> None:
    """Wait until no call is in progress."""
    while not (dispositions := recorded(var_dir).values()) or None in dispositions:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def is_recorded(var_dir: Path, calls: set[str]) -> bool:
    """Whether these calls have a record each, and no other has one."""
    records = recorded(var_dir)
    return records.keys() == calls and None not in records.values()


async def promise(call: PhoneCall, var_dir: Path) -> None:
    """Answer every question with keys, until the promise is on disk."""
    day = date.today() + timedelta(days=10)
    await call.line.hears_silence()
    for keys in ("1", "4729", "215#", f"{day:%m%d}"):
        await answer(call, keys)
    while not promises(var_dir):  # a yes counts from the moment that the read-back was heard
        await answer(call, "1")


async def answer(call: PhoneCall, keys: str) -> None:
    """Press these once all is said, and hear out what the bot says to them."""
    for key in keys:
        call.line.press(key)
    await call.line.hears_voice()
    await call.line.hears_silence()


def promises(var_dir: Path) -> list[str]:
    with closing(sqlite3.connect(var_dir / "voicebot.db")) as database:
        return [amount for (amount,) in database.execute("SELECT amount FROM promises")]
