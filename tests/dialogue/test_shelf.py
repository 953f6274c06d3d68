"""Flows saved while calls go on."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from voicebot.dialogue.flow import Flow
from voicebot.dialogue.shelf import Shelf
from voicebot.errors import FlowError

FLOWS = Path(__file__).parents[2] / "flows"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("reception.yaml", "reception.test.yaml"):
        shutil.copy(FLOWS / name, tmp_path)
    return tmp_path


def edit(folder: Path, old: str, new: str, name: str = "reception.yaml") -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def saved(shelf: Shelf) -> list[str]:
    """What is logged when the flow is taken up."""
    with capture_logs() as logs:
        asyncio.run(shelf.take_up("reception"))
    return [entry["event"] for entry in logs]


def test_a_sound_flow_goes_live_for_new_calls_and_old_ones_keep_theirs(folder: Path) -> None:
    shelf = Shelf(folder, ["reception"])
    held_by_a_call = shelf.live["reception"]
    edit(folder, "Of course, take your time.", "Take all the time you need.")
    assert saved(shelf) == ["flow_live"]
    assert shelf.live["reception"].version != held_by_a_call.version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("start: greeting", "start: nowhere"),
        ("    tells: [automated, recorded]\n", ""),
        ("conclude: DNC", "conclude: HUMAN_NO_RPC"),
        ("states:", "states: ["),
    ],
    ids=["a name that leads nowhere", "a broken proof", "opt-out not obeyed", "no YAML"],
)
def test_a_flow_that_breaks_a_check_stays_out_and_the_last_good_one_stays(
    folder: Path, old: str, new: str
) -> None:
    shelf = Shelf(folder, ["reception"])
    good = shelf.live["reception"]
    edit(folder, old, new)
    assert saved(shelf) == ["flow_refused"]
    assert shelf.live["reception"] is good


def test_a_flow_that_no_longer_holds_its_conversations_stays_out(folder: Path) -> None:
    shelf = Shelf(folder, ["reception"])
    edit(folder, "Please call again later.", "Bye.")
    edit(folder, "llame más tarde", "something else", name="reception.test.yaml")
    assert saved(shelf) == ["flow_refused"]


def test_saving_what_is_live_already_changes_nothing(folder: Path) -> None:
    assert saved(Shelf(folder, ["reception"])) == []


def test_a_flow_that_makes_no_sense_where_it_is_used_stays_out(folder: Path) -> None:
    def accept(name: str, flow: Flow) -> None:
        if "name" in flow.facts:
            raise FlowError("name: missing (text)")

    shelf = Shelf(folder, ["reception"], accept=accept)
    edit(folder, "  agency: text", "  agency: text\n  name: text")
    edit(folder, "agency: Demo Agency", "{agency: Demo Agency, name: Ana}", name="reception.test.yaml")
    assert saved(shelf) == ["flow_refused"]


async def test_what_is_saved_in_the_folder_is_noticed(folder: Path) -> None:
    shelf = Shelf(folder, ["reception"])
    first = shelf.live["reception"].version
    edit(folder, "Of course, take your time.", "Of course, take 0 minutes.")
    watching = asyncio.create_task(shelf.watch())
    saves = 0
    while shelf.live["reception"].version == first:  # nobody tells when the watch has begun
        edit(folder, f"take {saves} minutes", f"take {saves + 1} minutes")
        saves += 1
        await asyncio.sleep(0.3)
    watching.cancel()
    await asyncio.wait((watching,))
