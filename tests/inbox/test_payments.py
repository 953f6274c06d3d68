from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voicebot.calls.accounts import Account
from voicebot.campaigns.sheets.file_report import ImportState
from voicebot.campaigns.sheets.payment_report import PaymentReport
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.cli.app import app
from voicebot.errors import CampaignError, PaymentError
from voicebot.inbox import payments
from voicebot.inbox.alone import alone
from voicebot.inbox.payments import import_payments
from voicebot.records import open_records
from voicebot.settings import Settings

HEADER = "reference,account_ref,amount,currency,value_date\n"
GOOD = "r1,a1,5,USD,2026-11-27\n"


async def imported(settings: Settings, text: str | bytes) -> PaymentReport:
    """What is told of ``bank.csv``, where there is one account."""
    file = settings.campaigns_dir / "bank.csv"
    file.write_bytes(text if isinstance(text, bytes) else (HEADER + text).encode())
    async with open_records(settings) as store:
        await store.keep_account(Account("a1", facts={"first_name": "Ana"}))
        return await import_payments(settings, store, file, CsvSettings())


async def rejected(settings: Settings) -> list[list[str]]:
    text = await asyncio.to_thread((settings.campaigns_dir / "bank.rejected.csv").read_text, "utf-8-sig")
    return list(csv.reader(text.splitlines()))


async def test_what_cannot_be_booked_is_told_with_line_column_and_code(settings: Settings) -> None:
    report = await imported(settings, f"{GOOD}r2,a1,1.250,USD,2026-11-27\nr3,a2,5,USD,2026-11-27\n")
    told = [(one.line, one.column, one.code) for one in report.problems.told]
    assert told == [(3, "amount", "BAD_AMOUNT"), (4, "account_ref", "NO_ACCOUNT")]
    assert report.lines()[0] == (
        "bank.csv: imported: 1 payments are booked, 0 were before, 2 are not; see "
        f"{settings.campaigns_dir / 'bank.rejected.csv'}"
    )


async def test_rows_that_are_not_booked_lie_beside_the_file_to_be_mended(settings: Settings) -> None:
    await imported(settings, f"{GOOD}r2,a1,1.250,USD,2026-11-27\n")
    header, row = await rejected(settings)
    assert header[:3] == ["rejected_line", "rejected_codes", "rejected_why"]
    assert row[:2] + row[3:] == ["3", "BAD_AMOUNT", "r2", "a1", "1.250", "USD", "2026-11-27"]


async def test_rejected_rows_that_were_mended_are_imported_as_they_are(settings: Settings) -> None:
    await imported(settings, f"{GOOD}r2,a1,1.250,USD,2026-11-27\n")
    mended = settings.campaigns_dir / "bank.rejected.csv"
    text = await asyncio.to_thread(mended.read_bytes)
    report = await imported(settings, text.replace(b"1.250", b"1250"))
    assert (report.totals.booked, report.totals.rejected) == (1, 0)


async def test_the_report_is_written_beside_the_file(settings: Settings) -> None:
    await imported(settings, GOOD)
    told = json.loads(
        await asyncio.to_thread((settings.campaigns_dir / "bank.report.json").read_text, "utf-8")
    )
    assert told["totals"] == {"rows": 1, "booked": 1, "known": 0, "rejected": 0}
    assert told["dialect"]["columns"]["value_date"] == "value_date"


async def test_the_same_file_again_books_nothing_twice(settings: Settings) -> None:
    await imported(settings, GOOD)
    report = await imported(settings, GOOD)
    assert (report.totals.booked, report.totals.known) == (0, 1)


async def test_a_reference_that_was_booked_for_something_else_is_told(settings: Settings) -> None:
    await imported(settings, GOOD)
    report = await imported(settings, GOOD.replace(",5,", ",7,"))
    assert [(one.column, one.code) for one in report.problems.told] == [("reference", "DUPLICATE")]


@pytest.mark.parametrize(
    "text",
    [
        b"PK\x03\x04 a spreadsheet",
        b"",
        b"\x00\x01",
        b"name,phone\n",
        HEADER.encode(),
        f'{HEADER}{GOOD}r2,a1,5,USD,"2026-11-27\nr3,a1,5,USD,2026-11-27\n'.encode(),
        f'{HEADER}{GOOD}r2,a1,5.25,USD,2026-11-27\nr3,a1,"5,25",USD,2026-11-27\n'.encode(),
    ],
)
async def test_nothing_of_a_file_is_booked_when_not_all_of_it_can_be_read(
    settings: Settings, text: bytes
) -> None:
    report = await imported(settings, text)
    assert (report.state, report.totals.booked) == (ImportState.HELD, 0)
    assert report.code
    assert (await imported(settings, GOOD)).totals.booked == 1


async def test_a_file_that_changes_while_it_is_booked_is_told_with_how_much_is_booked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payments, "AT_ONCE", 1)
    book = payments._Import._book

    async def book_and_append(self: payments._Import, some: list[payments._Row]) -> None:
        await book(self, some)
        with (settings.campaigns_dir / "bank.csv").open("ab") as file:
            file.write(b"r9,a1,5,USD,2026-11-27\n")

    monkeypatch.setattr(payments._Import, "_book", book_and_append)
    with pytest.raises(PaymentError, match="payments are booked already, and importing it again books"):
        await imported(settings, f"{GOOD}r2,a1,5,USD,2026-11-27\n")


async def test_two_imports_of_payments_are_not_at_work_at_once(settings: Settings) -> None:
    with alone(settings.var_dir, "payments"), pytest.raises(CampaignError, match="another import is at work"):
        await imported(settings, GOOD)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (HEADER + GOOD, 3, "line 2: NO_ACCOUNT: account_ref is no account here"),
        ("name,phone\n", 4, "held: the first line names no columns"),
    ],
)
def test_the_command_ends_with_a_code_for_what_was_left_out(
    settings: Settings, text: str, code: int, told: str
) -> None:
    file = settings.campaigns_dir / "bank.csv"
    file.write_text(text, encoding="utf-8")
    here = {"VOICEBOT_VAR_DIR": str(settings.var_dir)}
    done = CliRunner().invoke(app, ["payments", "import", str(file)], env=here)
    assert done.exit_code == code
    assert told in done.output


@pytest.mark.parametrize("command", ["payments", "campaign"])
@pytest.mark.parametrize(
    ("name", "told"), [("nosuch.csv", "there is no such file"), ("folder.csv", "it is no file")]
)
def test_a_file_that_cannot_be_opened_is_told_and_leaves_nothing(
    settings: Settings, tmp_path: Path, command: str, name: str, told: str
) -> None:
    (tmp_path / "brought" / "folder.csv").mkdir(parents=True)
    here = {"VOICEBOT_VAR_DIR": str(settings.var_dir), "VOICEBOT_CAMPAIGNS_DIR": str(settings.campaigns_dir)}
    done = CliRunner().invoke(app, [command, "import", str(tmp_path / "brought" / name)], env=here)
    assert done.exit_code == 1
    assert told in str(done.exception)
    assert [file.name for file in (tmp_path / "brought").iterdir()] == ["folder.csv"]


def test_a_currency_that_is_none_is_told_before_a_row_is_read(settings: Settings, tmp_path: Path) -> None:
    here = {"VOICEBOT_VAR_DIR": str(settings.var_dir)}
    done = CliRunner().invoke(app, ["payments", "import", str(tmp_path), "--currency", "XXY"], env=here)
    assert done.exit_code == 2


def test_an_empty_ledger_is_told(settings: Settings) -> None:
    here = {"VOICEBOT_VAR_DIR": str(settings.var_dir)}
    assert "no promises" in CliRunner().invoke(app, ["promises", "list"], env=here).output
    assert "nothing changed" in CliRunner().invoke(app, ["promises", "settle"], env=here).output
