"""Payments as rows: each is booked once, and taken off the balance of its account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.campaigns.ledger.promises import Payment
from voicebot.store.campaign_tables import contacts, payments
from voicebot.store.closing import PAID, call_no_more
from voicebot.store.dialects import insert_into
from voicebot.store.tables import accounts


class Booked(StrEnum):
    """What became of a payment."""

    NEW = "new"
    KNOWN = "known"
    """It was booked before: nothing changes."""
    CONFLICT = "conflict"
    """Its reference was booked before, for something else."""
    NO_ACCOUNT = "no_account"
    OTHER_CURRENCY = "other_currency"


async def book(
    sql: AsyncConnection, batch: Sequence[Payment], source: str, received_at: datetime
) -> list[Booked]:
    """Book payments, in this transaction; what became of each, in order."""
    debts = await _debts(sql, batch)
    known = await _known(sql, batch)
    booked, fresh = list[Booked](), dict[str, Payment]()
    for payment in batch:
        outcome = _outcome(payment, known.get(payment.reference), debts.get(payment.account_id))
        booked.append(outcome)
        if outcome is Booked.NEW:
            fresh[payment.reference] = known[payment.reference] = payment
    written = await _insert(sql, list(fresh.values()), source, received_at)
    await _take_off(sql, [fresh[reference] for reference in written], debts, received_at)
    return booked


def _outcome(payment: Payment, before: Payment | None, debt: Mapping[Any, Any] | None) -> Booked:
    if before is not None:
        return Booked.KNOWN if before == payment else Booked.CONFLICT
    if debt is None:
        return Booked.NO_ACCOUNT
    if debt["currency"] not in (None, payment.currency):
        return Booked.OTHER_CURRENCY
    return Booked.NEW


async def _debts(sql: AsyncConnection, batch: Sequence[Payment]) -> Mapping[str, Mapping[Any, Any]]:
    """The accounts that were paid to, kept from others until the transaction ends."""
    wanted = select(accounts.c.account_id, accounts.c.balance, accounts.c.currency, accounts.c.facts).where(
        accounts.c.account_id.in_({payment.account_id for payment in batch})
    )
    rows = await sql.execute(wanted.order_by(accounts.c.account_id).with_for_update())
    return {row["account_id"]: row for row in rows.mappings()}


async def _known(sql: AsyncConnection, batch: Sequence[Payment]) -> dict[str, Payment]:
    references = {payment.reference for payment in batch}
    rows = await sql.execute(select(payments).where(payments.c.payment_id.in_(references)))
    return {row["payment_id"]: payment_of_row(row) for row in rows.mappings()}


def payment_of_row(row: Mapping[Any, Any]) -> Payment:
    """The payment of a row of ``payments``."""
    return Payment(row["payment_id"], row["account_id"], row["amount"], row["currency"], row["value_date"])


async def _insert(
    sql: AsyncConnection, fresh: Sequence[Payment], source: str, received_at: datetime
) -> list[str]:
    """Write rows; the references of those that no other process was faster to write."""
    if not fresh:
        return []
    rows = [
        {
            "payment_id": payment.reference,
            "account_id": payment.account_id,
            "amount": payment.amount,
            "currency": payment.currency,
            "value_date": payment.value_date,
            "received_at": received_at,
            "source": source,
        }
        for payment in fresh
    ]
    written = (
        insert_into(sql, payments).values(rows).on_conflict_do_nothing().returning(payments.c.payment_id)
    )
    return list((await sql.execute(written)).scalars())


async def _take_off(
    sql: AsyncConnection,
    fresh: Sequence[Payment],
    debts: Mapping[str, Mapping[Any, Any]],
    now: datetime,
) -> None:
    """Balances go down, never below nothing, and who owes nothing is called no more."""
    paid = defaultdict[str, Decimal](Decimal)
    for payment in fresh:
        paid[payment.account_id] += payment.amount
    for account_id, amount in paid.items():
        debt = debts[account_id]
        if debt["balance"] is None:
            continue
        left = max(debt["balance"] - amount, Decimal(0))
        facts = dict(debt["facts"])
        if "balance" in facts:
            facts["balance"] = f"{left:f}"
        this = accounts.c.account_id == account_id
        await sql.execute(update(accounts).where(this).values(balance=left, facts=facts))
        if not left:
            await sql.execute(call_no_more(contacts.c.account_id == account_id, PAID, now))
