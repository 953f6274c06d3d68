from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.sheets.payments import PaymentReader, known_payment_columns, payment_layout_of
from voicebot.campaigns.sheets.problems import RowProblem, UnreadableCsv
from voicebot.campaigns.sheets.records import open_records
from voicebot.campaigns.sheets.settings import CsvSettings

HEADER = "reference,account_ref,amount,currency,value_date\n"


def read(text: str, currency: str = "", **declared: str) -> list[tuple[int, Payment] | list[RowProblem]]:
    settings = CsvSettings.model_validate(declared)
    head = open_records(text.splitlines(keepends=True), known_payment_columns, settings.delimiter)
    reader = PaymentReader(payment_layout_of(head.header, currency), settings, currency)
    told = ((record.line, *reader.read(record)) for record in head.rows)
    return [(line, payment) if payment else problems for line, payment, problems in told]


def codes(text: str, **declared: str) -> list[str]:
    return [
        problem.code for row in read(HEADER + text, **declared) if isinstance(row, list) for problem in row
    ]


def test_a_payment_is_read_from_its_row() -> None:
    assert read(HEADER + "r1,a1,125.50,USD,2026-11-27\n") == [
        (2, Payment("r1", "a1", Decimal("125.50"), "USD", date(2026, 11, 27)))
    ]


def test_a_spanish_file_is_read_as_declared() -> None:
    text = "Nº Comprobante;Nro Operación;Monto Pagado;Moneda;Fecha de Pago\nr1;a1;1.250.000;CLP;27/11/2026\n"
    assert read(text, decimal=",", date_format="DD/MM/YYYY") == [
        (2, Payment("r1", "a1", Decimal(1250000), "CLP", date(2026, 11, 27)))
    ]


def test_a_file_of_one_currency_need_not_say_so_in_every_row() -> None:
    (row,) = read("reference,account_ref,amount,value_date\nr1,a1,5,2026-11-27\n", "USD")
    assert isinstance(row, tuple)
    assert row[1].currency == "USD"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("r1,a1,1.250,USD,2026-11-27", "BAD_AMOUNT"),  # thousands, or a quarter?
        ("r1,a1,0,USD,2026-11-27", "BAD_AMOUNT"),
        ("r1,a1,-5,USD,2026-11-27", "BAD_AMOUNT"),  # what was paid back is no payment
        ("r1,a1,5.001,USD,2026-11-27", "BAD_AMOUNT"),
        ("r1,a1,5,XXY,2026-11-27", "BAD_CURRENCY"),
        ("r1,a1,5,USD,27/11/2026", "BAD_DATE"),
        (",a1,5,USD,2026-11-27", "MISSING"),
        ("r1,,5,USD,2026-11-27", "MISSING"),
        ("r1,a1,5,USD", "BAD_ROW"),
    ],
)
def test_what_may_mean_two_things_is_told_and_not_booked(row: str, code: str) -> None:
    assert codes(f"{row}\n") == [code]


def test_what_spreadsheets_write_around_values_is_not_part_of_them() -> None:
    (row,) = read(HEADER + '="0042",\'0017,5,USD,2026-11-27\n')
    assert isinstance(row, tuple)
    assert (row[1].reference, row[1].account_id) == ("0042", "0017")


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    assert codes("r1,,x,USD,soon\n") == ["MISSING", "BAD_DATE", "BAD_AMOUNT"]


@pytest.mark.parametrize("text", ["", "\n\n", "reference,amount\n", "reference,reference,amount\n"])
def test_a_file_without_what_is_needed_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCsv):
        read(text)
