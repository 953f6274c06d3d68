"""Rows of a file of payments, read into what can be booked, or into all that is wrong with them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from voicebot.campaigns.ledger.promises import Payment
from voicebot.campaigns.sheets.amounts import Amounts
from voicebot.campaigns.sheets.cells import Cells
from voicebot.campaigns.sheets.columns import Layout, by_every_name, folded, refuse_twice
from voicebot.campaigns.sheets.days import read_day
from voicebot.campaigns.sheets.problems import Code, RowProblem, UnreadableCsv
from voicebot.campaigns.sheets.records import Record
from voicebot.campaigns.sheets.settings import CsvSettings
from voicebot.campaigns.sheets.values import read_currency


class PaymentColumn(StrEnum):
    """What a file of payments tells."""

    REFERENCE = "reference"
    ACCOUNT_REF = "account_ref"
    AMOUNT = "amount"
    CURRENCY = "currency"
    VALUE_DATE = "value_date"


ALIASES: Final[Mapping[str, str]] = {
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
_COLUMN_OF: Final = by_every_name(ALIASES)


def known_payment_columns(header: Sequence[str]) -> int:
    """How many columns of what may be a header are known: tells headers from rows, and delimiters apart."""
    return sum(folded(name) in _COLUMN_OF for name in header)


def payment_layout_of(header: Sequence[str], currency: str = "") -> Layout:
    """What stands where.

    Args:
        header: the names, as the file writes them.
        currency: of rows that do not say, so that no column has to; empty for none.

    Raises:
        UnreadableCsv: a column is there twice, or one that is needed is not.
    """
    names = [_COLUMN_OF.get(folded(name), "") for name in header]
    refuse_twice(header, names)
    places = {name: index for index, name in enumerate(names) if name}
    given = (PaymentColumn.CURRENCY,) if currency else ()
    if lacking := [one.value for one in PaymentColumn if one not in places and one not in given]:
        raise UnreadableCsv(Code.MISSING_COLUMN, f"no column is {', '.join(lacking)}: name it so", 1)
    return Layout(tuple(header), places)


class PaymentReader:
    """Reads the rows of one file."""

    def __init__(self, layout: Layout, settings: CsvSettings, currency: str = "") -> None:
        """``currency`` is that of rows that do not say, ISO 4217; empty for none."""
        self._layout = layout
        self._settings = settings
        self._currency = currency
        self.amounts = Amounts(settings.decimal)

    def read(self, record: Record) -> tuple[Payment | None, list[RowProblem]]:
        """The payment of a row; or none, and all that is wrong with the row."""
        if fault := record.fault(len(self._layout.header)):
            return None, [RowProblem(record.line, "", Code.BAD_ROW, fault)]
        cells = Cells(record, self._layout)
        reference = cells.needed_text(PaymentColumn.REFERENCE)
        account = cells.needed_text(PaymentColumn.ACCOUNT_REF)
        currency = cells.needed(PaymentColumn.CURRENCY, Code.BAD_CURRENCY, read_currency, self._currency)
        day = cells.needed(
            PaymentColumn.VALUE_DATE, Code.BAD_DATE, lambda text: read_day(text, self._settings.date_format)
        )
        amount = cells.needed(PaymentColumn.AMOUNT, Code.BAD_AMOUNT, lambda text: self._paid(text, currency))
        if cells.rejected or not (currency and day and amount):
            return None, cells.problems
        return Payment(reference, account, amount, currency, day), cells.problems

    def _paid(self, text: str, currency: str | None) -> Decimal:
        amount = self.amounts.read(text, currency)
        if not amount:
            raise ValueError("is nothing: leave the row out")
        return amount
