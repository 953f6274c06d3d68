"""Whole spoken calls with real engines; virtual time makes them as fast as the engines are."""

import io
import json
import wave
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from voicebot.calls.record import CallRecord
from voicebot.demo.call import DemoPlan, run_demo
from voicebot.dialogue.reading.loader import load_flow
from voicebot.disposition import Disposition, PromiseToPay
from voicebot.media.frame import Band
from voicebot.replay.recorded import recorded
from voicebot.replay.replaying import replay
from voicebot.settings import Settings, load_settings

pytestmark = [pytest.mark.virtual_time, pytest.mark.engine, pytest.mark.call]

TODAY = date(2026, 11, 23)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(var_dir=tmp_path / "var")


async def hold(
    settings: Settings, out: Path, amount: str, days: int, *, language: str = "en", band: Band = Band.WIDE
) -> tuple[CallRecord, str]:
    flow = load_flow(settings.flows_dir / "payment_reminder.yaml")
    shown = io.StringIO()
    day = TODAY + timedelta(days=days)
    plan = DemoPlan(flow, language, band, Decimal(amount), day, TODAY, out)
    return await run_demo(settings, plan, Console(file=shown, width=200)), shown.getvalue()


@pytest.mark.parametrize(("amount", "days"), [("215", 11), ("78", 4), ("430", 17)])
async def test_what_the_caller_says_aloud_is_promised(
    settings: Settings, tmp_path: Path, amount: str, days: int
) -> None:
    record, _ = await hold(settings, tmp_path, amount, days)

    assert record.promise == PromiseToPay(Decimal(amount), "USD", TODAY + timedelta(days=days))
    assert record.disposition is Disposition.RPC_PARTIAL_PROMISE


async def test_a_promise_of_everything_is_a_whole_promise(settings: Settings, tmp_path: Path) -> None:
    record, _ = await hold(settings, tmp_path, "500", 11)

    assert record.disposition is Disposition.RPC_PROMISE


async def test_on_a_narrow_line_the_keypad_repairs_what_is_misheard(
    settings: Settings, tmp_path: Path
) -> None:
    record, _ = await hold(settings, tmp_path, "175", 4, band=Band.NARROW)

    assert record.promise == PromiseToPay(Decimal("175"), "USD", TODAY + timedelta(days=4))


async def test_in_spanish_too_and_it_says_how(settings: Settings, tmp_path: Path) -> None:
    record, shown = await hold(settings, tmp_path, "308", 11, language="es")

    assert record.promise == PromiseToPay(Decimal("308"), "USD", TODAY + timedelta(days=11))
    typed = any(turn.text.startswith("[keys") for turn in record.turns)
    assert ("taken by speech, and by keypad at " if typed else "taken by speech alone") in shown


async def test_sound_and_story_of_the_call_are_left_behind(settings: Settings, tmp_path: Path) -> None:
    record, shown = await hold(settings, tmp_path, "215", 11)

    story = json.loads((tmp_path / "call.json").read_text())
    assert story["call_id"] == record.call_id
    assert story["promise"] == {"amount": "215.00", "currency": "USD", "date": "2026-12-04"}
    assert {turn["speaker"] for turn in story["turns"]} == {"bot", "caller"}
    with wave.open(str(tmp_path / "call.wav")) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 16000)
        assert abs(sound.getnframes() / 16000 - record.seconds) < 0.5
    journal = json.loads((tmp_path / "journal.json").read_text())
    flow = load_flow(settings.flows_dir / "payment_reminder.yaml")
    assert replay(recorded(journal["events"]), flow, journal["facts"]).same
    assert "broken in on" in shown
    assert "Voice to voice" in shown
