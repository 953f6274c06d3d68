"""Files of payments, read with the same strictness as those of contacts. Pure."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import Final, TypeVar

from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.sheets.columns import folded
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv, shape
from voicebot.campaigns.sheets.records import DELIMITERS, Record, records
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.campaigns.sheets.values import read_amount, read_currency, read_day

T = TypeVar("T")

LONGEST_REFERENCE: Final = 200
"""Characters."""


class PaymentColumn(StrEnum):
    """What a file of payments tells."""

    REFERENCE = "reference"
    ACCOUNT_REF = "account_ref"
    AMOUNT = "amount"
    CURRENCY = "currency"
    VALUE_DATE = "value_date"


ALIASES: Final[Mapping[PaymentColumn, str]] = {
    PaymentColumn.REFERENCE: (
        "payment_id payment_reference payment_ref transaction_id transaction receipt receipt_number "
        "referencia referencia_pago id_pago nro_pago numero_de_pago id_transaccion transaccion comprobante "
        "nro_comprobante n_comprobante recibo folio_pago"
    ),
    PaymentColumn.ACCOUNT_REF: (
        "account account_id account_no account_number loan_id contract cuenta numero_de_cuenta nro_cuenta "
        "no_cuenta id_cuenta contrato nro_contrato operacion nro_operacion n_operacion "
        "numero_de_operacion credito nro_credito folio obligacion"
    ),
    PaymentColumn.AMOUNT: (
        "amount_paid paid payment payment_amount monto importe monto_pagado "
        "monto_pago pagado pago valor abono"
    ),
    PaymentColumn.CURRENCY: "currency_code moneda divisa",
    PaymentColumn.VALUE_DATE: (
        "date payment_date paid_on paid_at value_day fecha fecha_pago fecha_de_pago fecha_valor "
        "fecha_valuta fecha_abono fec_pago"
    ),
}
"""By which other names a column is known; ``folded``."""
_COLUMN_OF: Final = {
    alias: column for column, others in ALIASES.items() for alias in (column.value, *others.split())
}


def read_payments(
    lines: Iterable[str], settings: CsvSettings, currency: str = ""
) -> Iterator[tuple[int, Payment] | list[RowProblem]]:
    """Each row as the line it stands in and its payment, or as all that is wrong with it.

    Args:
        lines: of the file, with their ends.
        settings: what is declared of it.
        currency: of rows that do not say; empty for none.

    Raises:
        UnreadableCsv: nothing of it can be read.
    """
    source = iter(lines)
    first = next((line for line in source if line.strip("\ufeff \t\r\n")), "")
    if not first:
        raise UnreadableCsv(Code.EMPTY, "the file is empty")
    rows = records(chain([first], source), settings.delimiter or _delimiter_of(first))
    header = [cell.strip("\ufeff \t\r\n") for cell in next(rows).cells]
    places = _places(header, settings.columns, given=(PaymentColumn.CURRENCY,) if currency else ())
    for record in rows:
        row = _Row(record, header, places)
        payment = row.payment(settings, currency)
        yield (record.line, payment) if payment else row.problems


def _delimiter_of(line: str) -> str:
    def sense(sign: str) -> int:
        return sum(folded(cell) in _COLUMN_OF for cell in next(csv.reader([line], delimiter=sign), []))

    return max(DELIMITERS, key=sense)


def _places(
    header: Sequence[str], own: Mapping[str, str], given: Sequence[PaymentColumn]
) -> Mapping[PaymentColumn, int]:
    declared = {folded(name): meant for name, meant in own.items()}
    places: dict[PaymentColumn, int] = {}
    for index, name in enumerate(header):
        column = _COLUMN_OF.get(declared.get(folded(name), folded(name)))
        if column in places:
            told = f"the columns {header[places[column]]!r} and {name!r} are both read as {column}: keep one"
            raise UnreadableCsv(Code.DUPLICATE_COLUMN, told, 1)
        if column is not None:
            places[column] = index
    if lacking := [one.value for one in PaymentColumn if one not in places and one not in given]:
        raise UnreadableCsv(Code.MISSING_COLUMN, f"no column is {', '.join(lacking)}: name it so", 1)
    return places


class _Row:
    """One row, and what is wrong with it."""

    def __init__(self, record: Record, header: Sequence[str], places: Mapping[PaymentColumn, int]) -> None:
        self._record = record
        self._header = header
        self._places = places
        self.problems: list[RowProblem] = []

    def payment(self, settings: CsvSettings, currency: str) -> Payment | None:
        if self._record.broken or len(self._record.cells) != len(self._header):
            told = f"the row has {len(self._record.cells)} cells and the header {len(self._header)}"
            self.problems.append(RowProblem(self._record.line, "", Code.BAD_ROW, told))
            return None
        reference = self._read(PaymentColumn.REFERENCE, Code.BAD_TEXT, _reference)
        account = self._read(PaymentColumn.ACCOUNT_REF, Code.BAD_TEXT, _reference)
        money = self._read(PaymentColumn.CURRENCY, Code.BAD_CURRENCY, read_currency, currency)
        day = self._read(
            PaymentColumn.VALUE_DATE, Code.BAD_DATE, lambda text: read_day(text, settings.date_format)
        )
        amount = self._read(
            PaymentColumn.AMOUNT,
            Code.BAD_AMOUNT,
            lambda text: _above_zero(read_amount(text, money or "USD", settings.decimal)),
        )
        if reference and account and amount and money and day:
            return Payment(reference, account, amount, money, day)
        return None

    def _read(
        self, column: PaymentColumn, code: Code, read: Callable[[str], T], default: str = ""
    ) -> T | None:
        place = self._places.get(column)
        name = column.value if place is None else self._header[place]
        text = ("" if place is None else self._record.cells[place].strip(" \t\u00a0\ufeff")) or default
        if not text:
            self._wrong(name, Code.MISSING, "is empty: every payment needs it", "")
            return None
        try:
            return read(text)
        except ValueError as fault:
            self._wrong(name, code, str(fault), text)
            return None

    def _wrong(self, name: str, code: Code, sentence: str, text: str) -> None:
        self.problems.append(RowProblem(self._record.line, name, code, f"{name} {sentence}", shape(text)))


def _reference(text: str) -> str:
    if len(text) > LONGEST_REFERENCE or not text.isprintable():
        raise ValueError(f"is no reference of at most {LONGEST_REFERENCE} characters")
    return text


def _above_zero(amount: T) -> T:
    if not amount:
        raise ValueError("is nothing: leave the row out")
    return amount
