"""Commands for the ledger: promises, and the payments that keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicebot.campaigns.ledger.promise_status import PromiseStatus
from voicebot.cli.app import payments, promises
from voicebot.cli.options import ConfigFile, run, settings_of

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for another program.")]


@promises.command("list")
def promises_list(
    status: Annotated[PromiseStatus | None, typer.Option(help="Only those that stand so.")] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print every promise to pay, the one due first first.

    A line has how it stands, what was promised, the day by which all of it is due (moved off days without
    banks), what was paid of it, the account and the call.
    """
    from voicebot.commands.promises import list_promises

    print(run(list_promises(settings_of(config), status=status, as_json=as_json)))


@promises.command("settle")
def promises_settle(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Mark promises as kept, partly kept or broken as of today.

    The server does that by itself every hour. Whose promise is broken is called about it once, where the
    campaign says so (follow_up) and when the rules allow it.
    """
    from voicebot.commands.promises import settle_promises

    print(run(settle_promises(settings_of(config), as_json=as_json)))


@promises.command("cancel")
def promises_cancel(
    call: Annotated[str, typer.Argument(help="The call in which it was made.")], config: ConfigFile = None
) -> None:
    """Note that an open promise counts no more; it stays on record."""
    from voicebot.commands.promises import cancel_promise

    print(run(cancel_promise(settings_of(config), call)))


@payments.command("import")
def payments_import(
    file: Annotated[Path, typer.Argument(help="A CSV file; see docs/payments.md.")],
    decimal: Annotated[str, typer.Option(help="What stands in front of the cents: . or ,")] = "",
    date_format: Annotated[str, typer.Option(help="Of days that are not 2026-12-01, as DD/MM/YYYY.")] = "",
    encoding: Annotated[str, typer.Option(help="utf-8, utf-16, latin-1 or cp1252; found if not told.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217, of rows that do not say.")] = "",
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Book payments: balances go down, and promises are kept.

    Each reference is booked once, so that a file may be imported again. Columns are reference, account_ref,
    amount, currency and value_date, or what these are called in English and Spanish. Good rows are booked;
    the others lie in NAME.rejected.csv beside it, with their reasons, to be mended and imported, and all that
    is told of the file in NAME.report.json. Exit 3 if any is not booked, 4 if nothing could be read.
    """
    from pydantic import ValidationError

    from voicebot.campaigns.sheets.settings import CsvSettings
    from voicebot.campaigns.sheets.values import read_currency
    from voicebot.commands.imports import import_payments_and_tell

    declared = {"decimal": decimal, "date_format": date_format, "encoding": encoding}
    try:
        csv = CsvSettings.model_validate(declared)
    except ValidationError as fault:
        raise typer.BadParameter("; ".join(error["msg"] for error in fault.errors())) from None
    try:
        currency = read_currency(currency) if currency else ""
    except ValueError as fault:
        raise typer.BadParameter(f"--currency {fault}") from None
    raise typer.Exit(run(import_payments_and_tell(settings_of(config), file, csv, currency, as_json=as_json)))
