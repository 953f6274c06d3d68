from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.records import a_call_elsewhere
from voicebot.commands.processes import give_up_processes
from voicebot.doctor.examination import Check, examine
from voicebot.doctor.storage import check_folder, check_processes, check_store, judge_folder, judge_space
from voicebot.doctor.verdict import Outcome, Verdict
from voicebot.records import open_records
from voicebot.settings import load_settings
from voicebot.store.sql import SqlStore

FOLDER = Path("/srv/voicebot")


def test_a_folder_of_our_own_is_well() -> None:
    assert judge_folder(FOLDER, FOLDER, writable=True, mode=0o700).outcome is Outcome.OK
    assert "will be made" in judge_folder(FOLDER, FOLDER.parent, writable=True, mode=0o755).finding


def test_a_folder_that_cannot_be_written_to_fails() -> None:
    verdict = judge_folder(FOLDER, FOLDER.parent, writable=False, mode=0o755)
    assert verdict.outcome is Outcome.FAILS
    assert verdict.finding.startswith("/srv cannot be written to")
    assert "chown" in verdict.advice


def test_a_folder_that_everybody_may_read_is_a_warning() -> None:
    verdict = judge_folder(FOLDER, FOLDER, writable=True, mode=0o755)
    assert verdict.outcome is Outcome.WARNING
    assert verdict.advice == "chmod 700 /srv/voicebot"


@pytest.mark.parametrize(
    ("free", "outcome"),
    [
        (50_000_000_000, Outcome.OK),
        (900_000_000, Outcome.WARNING),
        (90_000_000, Outcome.FAILS),
    ],
)
def test_space_runs_out_in_two_steps(free: int, outcome: Outcome) -> None:
    assert judge_space(FOLDER, free).outcome is outcome


async def store_of(var_dir: Path) -> Verdict:
    check = Check("database", check_store, "put back a backup")
    [result] = await examine([check], load_settings(var_dir=var_dir))
    return result.verdict


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert (await store_of(tmp_path)).outcome is Outcome.OK
    assert os.listdir(tmp_path) == []


async def test_a_database_takes_a_row_and_keeps_none(tmp_path: Path) -> None:
    store = SqlStore(load_settings(var_dir=tmp_path).store_url)
    await store.open()
    await store.close()
    verdict = await store_of(tmp_path)
    assert (verdict.outcome, "up to date" in verdict.finding) == (Outcome.OK, True)
    with closing(sqlite3.connect(tmp_path / "voicebot.db")) as database:
        assert database.execute("SELECT count(*) FROM calls").fetchone() == (0,)


async def test_a_machine_that_holds_calls_and_is_not_seen_is_a_warning(tmp_path: Path) -> None:
    settings = load_settings(var_dir=tmp_path)
    assert (await check_processes(settings)).outcome is Outcome.OK
    assert os.listdir(tmp_path) == []
    async with open_records(settings) as store:
        await a_call_elsewhere(store)
    verdict = await check_processes(settings)
    assert verdict.outcome is Outcome.WARNING
    assert "voicebot processes gone web-2" in verdict.finding
    await give_up_processes(settings, "web-2")
    assert (await check_processes(settings)).outcome is Outcome.OK


async def test_an_older_database_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "voicebot.db")) as database:
        database.execute("CREATE TABLE old (x)")
    verdict = await store_of(tmp_path)
    assert verdict.outcome is Outcome.WARNING
    assert "older voicebot" in verdict.finding
    with closing(sqlite3.connect(tmp_path / "voicebot.db")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("old",)]


async def test_a_file_that_is_no_database_fails(tmp_path: Path) -> None:
    (tmp_path / "voicebot.db").write_bytes(b"These are no tables." * 100)
    verdict = await store_of(tmp_path)
    assert verdict.outcome is Outcome.FAILS
    assert "not a database" in verdict.finding


async def test_the_folder_of_the_settings_is_looked_at(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o700)
    assert (await check_folder(load_settings(var_dir=tmp_path))).outcome is Outcome.OK
    os.chmod(tmp_path, 0o755)
    assert (await check_folder(load_settings(var_dir=tmp_path))).outcome is Outcome.WARNING
    file = tmp_path / "file"
    file.touch()
    assert (await check_folder(load_settings(var_dir=file))).outcome is Outcome.FAILS
