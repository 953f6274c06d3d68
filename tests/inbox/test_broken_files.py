"""Files as they are dropped in the wild: each is reported clearly, and nothing is lost or half loaded."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.campaigns.sheets.ana import ANA, sheet
from voicebot.inbox.importing import import_file
from voicebot.settings import Settings
from voicebot.store.campaign_tables import contacts
from voicebot.store.sql import SqlStore
from voicebot.store.tables import accounts

HEADER = ";".join(ANA)
SOUND: list[dict[str, str]] = [{}, {}, {}, {}]


@dataclass(frozen=True)
class Case:
    name: str
    file: bytes | Callable[[Path], None]
    code: str
    """Of the file where it is held, else of its one bad row."""
    told: str
    line: int = 0
    loaded: int = 0
    """Rows; 0 for a file that is held."""
    campaign: str = ""
    """Its YAML."""


def text(content: str, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding)


def a_workbook() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


def one_bad(code: str, told: str, name: str, /, **cells: str) -> Case:
    """Four sound rows and one that is not, on line 6."""
    return Case(name, text(sheet(*SOUND, cells)), code, told, line=6, loaded=4)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 << 30)


def without_rights(path: Path) -> None:
    path.write_bytes(text(sheet({})))
    path.chmod(0)


def a_link(path: Path) -> None:
    path.with_name("elsewhere").write_bytes(text(sheet({})))
    path.symlink_to(path.with_name("elsewhere"))


HELD = [
    Case("empty", b"", "EMPTY", "the file is empty"),
    Case("blank lines only", b"\n\n  \n", "EMPTY", "the file is empty"),
    Case("a byte order mark and nothing else", b"\xef\xbb\xbf", "EMPTY", "the file is empty"),
    Case("only a header", text(HEADER + "\n"), "EMPTY", "there are no rows below the header"),
    Case(
        "no header",
        text(sheet(*SOUND).partition("\n")[2]),
        "NO_HEADER",
        "put a header above the rows",
        line=1,
    ),
    Case(
        "a title in merged cells above the header",
        text(f"Cartera de noviembre;;;;;;;\n;;;;;;;\n{sheet(*SOUND)}"),
        "NO_HEADER",
        "line 3 looks like it, so delete the lines above it",
        line=1,
    ),
    Case(
        "a header twice",
        text(sheet({}, header=HEADER.replace("creditor", "first_name"))),
        "DUPLICATE_COLUMN",
        "two columns are called 'first_name'",
        line=1,
    ),
    Case(
        "two columns that are the same thing",
        text(sheet({"monto": "1250"})),
        "DUPLICATE_COLUMN",
        "'amount_due' and 'monto' are both read as amount_due",
        line=1,
    ),
    Case(
        "a column is missing",
        text(sheet({}, header=HEADER.replace("amount_due", "cuanto"))),
        "MISSING_COLUMN",
        "no column is amount_due: name it so, or say in csv.columns which one it is; these are not known: "
        "'cuanto'",
        line=1,
    ),
    Case(
        "xlsx renamed",
        a_workbook(),
        "NOT_A_CSV",
        "is a spreadsheet (xlsx, ods) or a zip: open it and save it",
    ),
    Case(
        "xls renamed",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "NOT_A_CSV",
        "an old spreadsheet (xls)",
    ),
    Case("a PDF", b"%PDF-1.7\n%", "NOT_A_CSV", "the file is a PDF"),
    Case("gzip", b"\x1f\x8b\x08\0\0\0\0\0", "NOT_A_CSV", "is packed with gzip: unpack it first"),
    Case(
        "a web page", b"\n<!DOCTYPE html><html><body>Session expired", "NOT_A_CSV", "the file is a web page"
    ),
    Case("JSON", b'[{"account_ref": "A-1"}]', "NOT_A_CSV", "the file is JSON"),
    Case("a sparse file of 2 GB", sparse, "TOO_LARGE", "it has 2,048 MB and imports.most_megabytes is 1,024"),
    Case("a folder", Path.mkdir, "NOT_A_FILE", "it is no file"),
    Case("a link", a_link, "NOT_A_FILE", "it is a link: drop the file itself"),
    Case(
        "NUL bytes",
        text(sheet(*SOUND)) + b"A-9;A\0na\n",
        "BAD_ENCODING",
        "there are NUL bytes in it: the file is damaged",
        line=6,
    ),
    Case(
        "declared UTF-8 and is Latin-1",
        text(sheet(*SOUND, {"first_name": "María"}), "latin-1"),
        "BAD_ENCODING",
        "the campaign's file declares UTF-8, and it is not in UTF-8",
        campaign="csv: {encoding: utf-8}",
    ),
    Case(
        "two encodings in one file",
        text(sheet({"first_name": "María"}))
        + text(sheet({"first_name": "José"}).partition("\n")[2], "latin-1"),
        "BAD_ENCODING",
        "some lines are in UTF-8 and others in Latin-1",
    ),
    Case(
        "UTF-16 cut in the middle",
        text(sheet(*SOUND), "utf-16")[:-1],
        "BAD_ENCODING",
        "it seems to be in utf-16",
    ),
    Case(
        "a quote that nobody closed",
        text(sheet({}, {"first_name": '"Ana'}, *([{}] * 30))),
        "UNBALANCED_QUOTES",
        "a quotation mark is opened here and not closed in the same row",
        line=3,
    ),
    Case(
        "a quote that swallows the next row",
        text(sheet({}, {"first_name": '"Ana'}, {"first_name": 'Luz"'}, {})),
        "UNBALANCED_QUOTES",
        "a quotation mark is opened here",
        line=3,
    ),
    Case(
        "a line without end", text(HEADER + "\n" + "x" * 200_000), "NOT_A_CSV", "longer than 100,000", line=2
    ),
    Case(
        "decimal point and decimal comma",
        text(
            sheet({"amount_due": "1250.50", "currency": "USD"}, {"amount_due": "1.250,50", "currency": "USD"})
        ),
        "MIXED_DECIMALS",
        "1 amounts have a decimal point and 1 a comma, so none can be trusted",
    ),
    Case(
        "most rows are bad",
        text(sheet({}, {"phone_1": "x"}, {"phone_1": "5.69E+10"})),
        "TOO_MANY_BAD",
        "2 of 3 rows are bad, more than csv.max_bad_share allows (20%)",
    ),
    Case(
        "cells merged downwards",
        text(sheet({}, {"account_ref": "", "creditor": ""}, {"account_ref": "", "creditor": ""})),
        "TOO_MANY_BAD",
        "2 of 3 rows are bad",
    ),
    Case("its campaign is broken", text(sheet({})), "BAD_CAMPAIGN", "november.yaml:1:1", campaign="linez: 3"),
]

ROWS = [
    one_bad("BAD_PHONE", "phone_1 was shortened by a spreadsheet", "scientific", phone_1="5.69123E+10"),
    one_bad("BAD_PHONE", "shortened by a spreadsheet", "scientific with a comma", phone_1="5,69123E+10"),
    one_bad("BAD_PHONE", "is too short for a number of CL", "a phone without its area", phone_1="34567"),
    one_bad("BAD_PHONE", "holds several numbers", "two phones", phone_1="961234567 / 971234567"),
    one_bad("BAD_PHONE", "is one figure many times", "a phone that is filled in", phone_1="999999999"),
    one_bad("BAD_PHONE", "has an extension", "an extension", phone_1="223456789 anexo 12"),
    one_bad("BAD_AMOUNT", "declare csv.decimal", "1.250", amount_due="1.250"),
    one_bad("BAD_AMOUNT", "declare csv.decimal", "1,250", amount_due='"1,250"'),
    one_bad("BAD_AMOUNT", "has more decimals than CLP has", "cents of a peso", amount_due="1250.55"),
    one_bad("BAD_AMOUNT", "is negative", "a credit", amount_due="-1250"),
    one_bad("BAD_AMOUNT", "is no amount", "an amount in words", amount_due="mil pesos"),
    one_bad(
        "BAD_TEXT", "is a formula: export the list with its values", "a formula", first_name="=CONCAT(B2)"
    ),
    one_bad("BAD_TEXT", "is a formula", "an error of a spreadsheet", first_name="#REF!"),
    one_bad("BAD_TEXT", "spoilt by a wrong encoding", "mojibake", first_name="MarÃ­a"),
    one_bad("BAD_DATE", "declare csv.date_format", "03/04/2026", due_date="03/04/2026"),
    one_bad("BAD_DATE", "as spreadsheets count them", "a day of Excel", due_date="46357"),
    one_bad("BAD_DATE", "is no day of the calendar", "30 February", due_date="2026-02-30"),
    one_bad("BAD_CURRENCY", "is no currency", "pesos", currency="pesos"),
    one_bad("BAD_COUNTRY", "is no country", "Atlantis", country="Atlantis"),
    one_bad("NO_RULE_FOR_COUNTRY", "has no rules of contact", "no rules", country="FR"),
    one_bad("MISSING", "first_name is empty", "an empty cell", first_name=""),
    one_bad("DUPLICATE", "line 2 has this account already", "an account twice", account_ref="A-1"),
    Case(
        "a row cut short",
        text(sheet(*SOUND) + "A-5;Ana;961234567\n"),
        "BAD_ROW",
        "the row has 3 cells and the header 8",
        line=6,
        loaded=4,
    ),
    Case(
        "a delimiter in a name",
        text(sheet(*SOUND, {"first_name": "Ana; María"})),
        "BAD_ROW",
        "the row has 9 cells and the header 8",
        line=6,
        loaded=4,
    ),
    Case(
        "a quote in the middle",
        text(sheet(*SOUND, {"first_name": '"Ana" María'})),
        "BAD_ROW",
        "has quotation marks that make no sense",
        line=6,
        loaded=4,
    ),
    Case(
        "a line of totals at the end",
        text(sheet(*SOUND) + "TOTAL;;;;;5000;;\n"),
        "MISSING",
        "is empty: every row needs it",
        line=6,
        loaded=4,
    ),
]

SOUND_IN_SPITE = [
    ("a byte order mark", sheet(*SOUND).encode("utf-8-sig"), "utf-8-sig", ";"),
    ("commas", text(sheet(*SOUND, delimiter=",")), "utf-8", ","),
    ("tabs", text(sheet(*SOUND, delimiter="\t")), "utf-8", "\t"),
    ("bars", text(sheet(*SOUND, delimiter="|")), "utf-8", "|"),
    ("sep= in the first line", text("sep=;\n" + sheet(*SOUND)), "utf-8", ";"),
    ("Latin-1", text(sheet(*SOUND[1:], {"first_name": "María"}), "latin-1"), "latin-1", ";"),
    ("Windows", text(sheet(*SOUND[1:], {"first_name": "“Ñusta”"}, end="\r\n"), "cp1252"), "cp1252", ";"),
    ("UTF-16 of Excel", text(sheet(*SOUND, delimiter="\t"), "utf-16"), "utf-16", "\t"),
    ("UTF-16 without its mark", text(sheet(*SOUND), "utf-16-le"), "utf-16-le", ";"),
    ("line ends of old Macs", text(sheet(*SOUND, end="\r")), "utf-8", ";"),
    ("no end of the last line", text(sheet(*SOUND).rstrip("\n")), "utf-8", ";"),
    ("blank lines between", text(sheet(*SOUND).replace("\n", "\n\n;;;;;;;\n")), "utf-8", ";"),
    ("delimiters behind every row", text(sheet(*SOUND).replace("\n", ";;\n")), "utf-8", ";"),
    ("an address of two lines", text(sheet(*SOUND[1:], {"direccion": '"Calle 1\nPiso 2"'})), "utf-8", ";"),
    (
        "all in quotes",
        text('"' + sheet(*SOUND).strip().replace(";", '";"').replace("\n", '"\n"') + '"'),
        "utf-8",
        ";",
    ),
    ("1.250,00", text(sheet(*SOUND[1:], {"amount_due": "1.250,00"})), "utf-8", ";"),
]


async def drop(case: Case, settings: Settings, store: SqlStore) -> dict[str, object]:
    path = settings.campaigns_dir / "inbox" / "november.csv"
    if isinstance(case.file, bytes):
        path.write_bytes(case.file)
    else:
        case.file(path)
    if case.campaign:
        (settings.campaigns_dir / "november.yaml").write_text(case.campaign, encoding="utf-8")
    await import_file(settings, store, path)
    assert not path.exists()
    told = (
        settings.campaigns_dir / "inbox" / ("done" if case.loaded else "held") / "november.report.json"
    ).read_text()
    return dict(json.loads(told))


async def loaded_rows(store: SqlStore) -> tuple[int, int]:
    async with store.database.reading("the counts") as sql:
        counts = [
            (await sql.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (contacts, accounts)
        ]
    return counts[0], counts[1]


@pytest.mark.parametrize("case", HELD, ids=lambda case: case.name)
async def test_a_file_that_cannot_be_trusted_is_held_and_changes_nothing(
    case: Case, settings: Settings, store: SqlStore
) -> None:
    report = await drop(case, settings, store)
    assert (report["state"], report["code"], report["line"]) == ("held", case.code, case.line or None)
    assert case.told in str(report["sentence"])
    assert await loaded_rows(store) == (0, 0)
    assert (settings.campaigns_dir / "inbox" / "held" / "november.csv").lstat()


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.name)
async def test_a_bad_row_is_told_with_its_line_and_given_back_and_the_others_load(
    case: Case, settings: Settings, store: SqlStore
) -> None:
    report = await drop(case, settings, store)
    problems = report["problems"]
    assert isinstance(problems, list)
    assert report["state"] == "imported"
    assert {problem["line"] for problem in problems} == {case.line}
    assert case.code in {problem["code"] for problem in problems}
    assert case.told in " ".join(problem["sentence"] for problem in problems)
    written = settings.campaigns_dir / "inbox" / "done" / "november.rejected.csv"
    assert str(report["sentence"]).endswith(f"1 are not; see {written}")
    rejected = written.read_text("utf-8-sig")
    assert rejected.splitlines()[1].startswith(f"{case.line};{problems[0]['code']}")
    assert await loaded_rows(store) == (case.loaded, case.loaded)


@pytest.mark.parametrize(
    ("name", "file", "encoding", "delimiter"), SOUND_IN_SPITE, ids=lambda one: str(one)[:30]
)
async def test_a_file_that_is_only_odd_loads_and_how_it_was_read_is_told(
    name: str, file: bytes, encoding: str, delimiter: str, settings: Settings, store: SqlStore
) -> None:
    report = await drop(Case(name, file, "", "", loaded=4), settings, store)
    dialect = report["dialect"]
    assert isinstance(dialect, dict)
    assert (report["state"], report["problems"]) == ("imported", [])
    assert (dialect["encoding"], dialect["delimiter"], dialect["delimiter_told"]) == (
        encoding,
        delimiter,
        "detected",
    )
    assert await loaded_rows(store) == (4, 4)


def test_there_are_more_than_fifty_kinds_of_broken_files() -> None:
    assert len(HELD) + len(ROWS) >= 50
