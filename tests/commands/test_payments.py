from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.cli.app import app
from voicebot.commands.payments import Imported, import_payments
from voicebot.errors import PaymentError
from voicebot.settings import load_settings

HEADER = "reference,account_ref,amount,currency,value_date\n"


async def imported(tmp_path: Path, text: bytes) -> Imported:
    file = tmp_path / "bank.csv"
    file.write_bytes(text)
    with Progress(disable=True) as progress:
        return await import_payments(load_settings(var_dir=tmp_path), file, CsvSettings(), "", progress)


async def test_what_cannot_be_booked_is_told_with_its_line(tmp_path: Path) -> None:
    told = await imported(tmp_path, f"{HEADER}r1,a1,5,USD,2026-11-27\nr2,a1,1.250,USD,2026-11-27\n".encode())
    assert str(told).splitlines()[0] == "bank.csv: 0 booked, 0 known already, 2 not booked"
    assert {(problem.line, str(problem.code)) for problem in told.problems} == {
        (2, "NO_ACCOUNT"),
        (3, "BAD_AMOUNT"),
    }
    assert json.loads(told.as_json())["rejected"] == 2


@pytest.mark.parametrize("text", [b"PK\x03\x04 a spreadsheet", b"", b"\x00\x01", b"name,phone\n"])
async def test_what_is_no_file_of_payments_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(PaymentError):
        await imported(tmp_path, text)


def test_the_command_ends_with_1_when_a_payment_was_not_booked(tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    file.write_text(f"{HEADER}r1,a1,5,USD,2026-11-27\n", encoding="utf-8")
    told = CliRunner().invoke(
        app, ["payments", "import", str(file)], env={"VOICEBOT_VAR_DIR": str(tmp_path / "var")}
    )
    assert told.exit_code == 1
    assert "bank.csv:2: NO_ACCOUNT: there is no such account" in told.output


def test_an_empty_ledger_is_told(tmp_path: Path) -> None:
    here = {"VOICEBOT_VAR_DIR": str(tmp_path / "var")}
    assert "no promises" in CliRunner().invoke(app, ["promises", "list"], env=here).output
    assert "nothing changed" in CliRunner().invoke(app, ["promises", "settle"], env=here).output
