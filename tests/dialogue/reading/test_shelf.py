"""Flows saved while calls go on."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.shelf import Shelf
from voicebot.errors import FlowError

FLOWS = Path(__file__).parents[3] / "flows"
TELEPHONE = "parts/telephone.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FLOWS, tmp_path / "flows"))


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
    shelf, told = Shelf(folder, ["reception"]), list[Flow]()
    shelf.on_live = told.append
    held_by_a_call = shelf.live["reception"]
    edit(folder, "I do not know the number you are calling from.", "I do not know your number.")
    assert saved(shelf) == ["flow_live"]
    assert shelf.live["reception"].version != held_by_a_call.version
    assert told == [shelf.live["reception"]]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("reception.yaml", "failed: nobody_free", "failed: nowhere"),
        (TELEPHONE, "    tells: [automated, recorded]\n", ""),
        (TELEPHONE, "conclude: DNC", "conclude: HUMAN_NO_RPC"),
        ("reception.yaml", "states:", "states: ["),
        (TELEPHONE, "states:", "states: ["),
    ],
    ids=[
        "a name that leads nowhere",
        "a broken proof",
        "opt-out not obeyed",
        "no YAML",
        "a part that is none",
    ],
)
def test_a_flow_that_breaks_a_check_stays_out_and_the_last_good_one_stays(
    folder: Path, file: str, old: str, new: str
) -> None:
    shelf = Shelf(folder, ["reception"])
    good = shelf.live["reception"]
    edit(folder, old, new, name=file)
    assert saved(shelf) == ["flow_refused"]
    assert shelf.live["reception"] is good


def test_a_flow_that_no_longer_holds_its_conversations_stays_out(folder: Path) -> None:
    shelf = Shelf(folder, ["reception"])
    edit(folder, "I do not know the number you are calling from.", "Hi.")
    edit(folder, "llame más tarde", "something else", name="reception.test.yaml")
    assert saved(shelf) == ["flow_refused"]


def test_saving_what_is_live_already_changes_nothing(folder: Path) -> None:
    assert saved(Shelf(folder, ["reception"])) == []


def test_a_flow_that_makes_no_sense_where_it_is_used_stays_out(folder: Path) -> None:
    def accept(name: str, flow: Flow) -> None:
        if "name" in flow.facts:
            raise FlowError("name: missing (text)")

    shelf = Shelf(folder, ["reception"], accept=accept)
    edit(folder, "  agency: text", "  agency: text\n  name: text", name=TELEPHONE)
    edit(folder, "agency: Demo Agency", "{agency: Demo Agency, name: Ana}", name="reception.test.yaml")
    assert saved(shelf) == ["flow_refused"]


async def until(shelf: Shelf, folder: Path, name: str, said: str) -> None:
    """Save ``said`` differently, again and again, until a flow is live that says it so."""
    first = shelf.live["reception"].version
    watching = asyncio.create_task(shelf.watch())
    saves = 0
    while shelf.live["reception"].version == first:  # nobody tells when the watch has begun
        edit(folder, said + "!" * saves, said + "!" * (saves + 1), name=name)
        saves += 1
        await asyncio.sleep(0.3)
    watching.cancel()
    await asyncio.wait((watching,))


async def test_what_is_saved_in_the_folder_is_noticed(folder: Path) -> None:
    await until(Shelf(folder, ["reception"]), folder, "reception.yaml", "you are calling from")


async def test_a_saved_part_is_noticed_by_the_flows_that_it_is_in(folder: Path) -> None:
    await until(Shelf(folder, ["reception"]), folder, TELEPHONE, "Of course, take your time")


async def test_a_part_that_a_refused_flow_waits_for_is_noticed(folder: Path) -> None:
    shelf = Shelf(folder, ["reception"])
    edit(folder, "parts/care.yaml", "parts/kindness.yaml")
    assert await asyncio.to_thread(saved, shelf) == ["flow_refused"]
    care = (folder / "parts" / "care.yaml").read_text()
    (folder / "parts" / "kindness.yaml").write_text(care)
    await until(shelf, folder, "parts/kindness.yaml", "I am sorry to hear that")
